// /rpc: oRPC's protocol on the registered procedures.
#pragma once

#include "http/server/http_message.hpp"

#include <sambung/rpc/registry.hpp>

#include <chrono>
#include <string_view>

namespace sambung::orpc {

serving::error_form const& errors() noexcept;

// How an event iterator is written: as a body of text/event-stream, or piece by piece as what is behind the id in
// frames of the peer protocol. Its first event says after how long to come back.
struct event_writing {
  enum class form { body, frames };

  static event_writing as_body(std::chrono::milliseconds retry, std::chrono::milliseconds keep_alive) {
    return event_writing(form::body, retry, keep_alive);
  }
  static event_writing as_frames(std::chrono::milliseconds retry) {
    return event_writing(form::frames, retry, std::chrono::hours(24));
  }

  form as;
  std::chrono::milliseconds retry;
  std::chrono::milliseconds keep_alive;  // between comments of a quiet body

 private:
  event_writing(form as_, std::chrono::milliseconds retry_, std::chrono::milliseconds keep_alive_)
      : as(as_), retry(retry_), keep_alive(keep_alive_) {}
};

// One call of a procedure whose caller has passed. Lifetime: the references outlive the call, the id of the request
// also the stream that answers it.
struct rpc_call {
  rpc_call(procedure_registry const& procedures_, procedure const& to_, call_context& from_,
           serving::request_head const& head_, std::string_view body_, std::string_view request_id_,
           event_writing events_)
      : procedures(&procedures_),
        to(&to_),
        from(&from_),
        head(&head_),
        body(body_),
        request_id(request_id_),
        events(events_) {}

  procedure_registry const* procedures;
  procedure const* to;
  call_context* from;
  serving::request_head const* head;
  std::string_view body;
  std::string_view request_id;
  event_writing events;
};

// Throws sambung::error.
task<serving::http_response> answer(rpc_call call);

}  // namespace sambung::orpc
