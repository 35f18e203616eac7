// exchange: one request while it is served, and its answer.
#pragma once

#include "http/server/access_log.hpp"
#include "http/server/body_budget.hpp"
#include "http/server/connection_steps.hpp"
#include "http/server/http_message.hpp"
#include "server/admission.hpp"
#include "server/places.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace sambung::serving {

class server_core;

// Thread safety: none. Lifetime: the core outlives it.
class exchange {
 public:
  explicit exchange(server_core& core);

  std::string id;
  admission admitted;
  std::uint64_t bytes_out = 0;

  http_response& response() { return *response_; }
  // What is known of it, also when it has begun as a stream.
  answer_outcome& outcome() { return response_ ? *response_ : begun_; }
  answer_outcome const& outcome() const { return response_ ? *response_ : begun_; }
  // Its answer is a stream, of which the head is known: of the request and of that only what the log tells stays.
  std::unique_ptr<body_source> begin_stream();

  // The answer of an admitted request, within what streams and bodies there may be.
  task<void> answer(request_reader& reader);
  task<void> answer(request_head const& head, std::string_view body);
  // The answer of one that could not be read, or not to its end.
  task<void> refuse(connection_steps const& steps, connection_peer const& peer);
  // How the answer begins. One whose end only the end of the connection tells is the last on it.
  void append_head(std::string& out, connection_steps& steps) const;
  // The answer is known, and about to be sent.
  void answered() { answered_at_ = std::chrono::steady_clock::now(); }
  // A part of the answer was sent: what it took until the first is measured.
  void sent(connection_steps const& steps);
  // It is over: the end of its span, and its line in the access log.
  void log(connection_steps const& steps, connection_peer const& peer);
  // The same of one that came over a WebSocket.
  void log_call(request_head const& head, std::chrono::steady_clock::time_point begun);

 private:
  void write_line(access_record record, std::chrono::steady_clock::time_point begun) const;
  bool has_place();
  void demand_room();

  server_core& core_;
  std::unique_ptr<http_response> response_ = std::make_unique<http_response>();  // null once its stream has begun
  answer_outcome begun_;
  places<user_id>::place stream_;   // of a stream that somebody reads who said who they are
  body_share held_;                 // of what a long answer takes
  places<user_id>::place of_user_;  // the same, of what its user's take
  bool measured_ = false;
  std::chrono::steady_clock::time_point answered_at_;
};

}  // namespace sambung::serving
