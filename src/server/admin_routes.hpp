// admin_routes: what operators may ask of a server, and who counts as one.
#pragma once

#include "http/server/http_message.hpp"
#include "server/recent_requests.hpp"

#include <sambung/core/task.hpp>
#include <sambung/server/options.hpp>

#include <chrono>
#include <string_view>

namespace sambung::serving {

class server_core;

// Whoever reaches a listener on this machine is an operator, unless a browser brings them there; with
// server_options::admin_token whoever presents it, and nobody else. Tokens of users count for nothing.
// Thread safety: none. Lifetime: the core outlives it.
class admin_routes {
 public:
  explicit admin_routes(server_core& core);

  task<http_response> answer(request_head const& head, std::string_view body);

  // To be called now and then, so that what was measured lately can be told from the rest.
  void look();

 private:
  std::optional<http_response> refuse(request_head const& head, std::string_view body) const;
  http_response status();
  http_response drain() const;
  http_response set_log_level(std::string_view body) const;
  task<http_response> ready() const;

  server_core& core_;
  std::chrono::steady_clock::time_point const started_;
  recent_requests recent_;
};

// An answer to an operator that is no success: {"error": why}.
http_response admin_refusal(int status, std::string_view why);

}  // namespace sambung::serving
