// /rpc: oRPC's protocol on the registered procedures.
#pragma once

#include "http/server/http_message.hpp"

#include <sambung/rpc/registry.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace sambung::orpc {

serving::error_form const& errors() noexcept;

// How an event iterator is written: as a body of text/event-stream, or piece by piece as what is behind the id in
// frames of the peer protocol. Of those the first says after how long to come back.
struct event_writing {
  event_writing(std::chrono::milliseconds keep_alive_) : keep_alive(keep_alive_) {}  // NOLINT: so that a time will do

  static event_writing as_peer(std::chrono::milliseconds retry) {
    event_writing as(std::chrono::hours(24));
    as.peer_retry = retry;
    return as;
  }

  std::chrono::milliseconds keep_alive;  // between comments of a quiet one
  std::optional<std::chrono::milliseconds> peer_retry;
};

// One call of a procedure whose caller has passed. Lifetime: the references outlive the call.
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
