// The front door: what every request goes through between the connection and the library, in one order: host, origin,
// CORS, route, authentication, tenant, body, dispatch, error mapping.
#pragma once

#include "server/better_auth_wire.hpp"
#include "server/http_message.hpp"

#include <sambung/engine.hpp>
#include <sambung/rpc/registry.hpp>
#include <sambung/server/options.hpp>

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

namespace sambung::serving {

// Where a request goes.
enum class destination {
  nowhere,
  alive,
  ready,
  preflight,
  procedure_call,
  better_auth,
  chat_completions,
  models,
  one_model,
};

struct route {
  destination where = destination::nowhere;
  procedure const* called = nullptr;                // of procedure_call; of better_auth: the one that does the same
  better_auth::endpoint const* endpoint = nullptr;  // of better_auth
  std::string model;                                // of one_model
  carrier form = carrier::rpc;
};

// A request whose head has passed. `refusal` is the answer when it has not; its body then need not be read.
struct admission {
  admission() = default;

  std::optional<http_response> refusal;
  route to;
  call_context from;
  std::string cors;  // header lines for every response to this request
};

// Thread safety: safe to use from any thread. Lifetime: engine and registry outlive it.
class front_door {
 public:
  front_door(engine& served, procedure_registry const& procedures, server_options const& options);

  // All that the head decides. Throws nothing but what cancels it.
  task<admission> admit(request_head const& head, std::string_view request_id);

  // The answer of an admitted request. Throws nothing but what cancels it.
  task<http_response> answer(admission& admitted, request_head const& head, std::string_view body,
                             std::string_view request_id);

  // From now on new requests get 503.
  void drain() { draining_ = true; }

 private:
  bool host_allowed(std::string_view host) const;
  std::string const* allowed_origin(std::string_view origin) const;
  std::optional<http_response> refuse(request_head const& head, admission& out, std::string_view request_id) const;
  route find_route(request_head const& head) const;
  bool method_allowed(route const& to, std::string_view method) const;
  task<void> authenticate(request_head const& head, admission& out);

  task<http_response> dispatch(admission& admitted, request_head const& head, std::string_view body,
                               std::string_view request_id);
  task<http_response> call_procedure(admission& admitted, request_head const& head, std::string_view body,
                                     std::string_view request_id);
  task<http_response> ready();

  engine& engine_;
  procedure_registry const& procedures_;
  server_options const& options_;
  std::shared_ptr<clock> clock_;
  std::atomic<bool> draining_ = false;
};

// Whether `host` (a Host header: name and perhaps a port) is one of `allowed` or a loopback name.
bool is_allowed_host(std::string_view host, std::vector<std::string> const& allowed);

// The token of an Authorization header; throws error(errc::unauthenticated) unless it is "Bearer" and one token.
std::string_view bearer_token(std::string_view authorization);

}  // namespace sambung::serving
