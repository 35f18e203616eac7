// /rpc: oRPC's protocol on the registered procedures.
#pragma once

#include "http/server/http_message.hpp"

#include <sambung/rpc/registry.hpp>

#include <chrono>
#include <string_view>

namespace sambung::orpc {

serving::error_form const& errors() noexcept;

// One call of a procedure whose caller has passed. Lifetime: the references outlive the call.
struct rpc_call {
  rpc_call(procedure_registry const& procedures_, procedure const& to_, call_context& from_,
           serving::request_head const& head_, std::string_view body_, std::string_view request_id_,
           std::chrono::milliseconds keep_alive_)
      : procedures(&procedures_),
        to(&to_),
        from(&from_),
        head(&head_),
        body(body_),
        request_id(request_id_),
        keep_alive(keep_alive_) {}

  procedure_registry const* procedures;
  procedure const* to;
  call_context* from;
  serving::request_head const* head;
  std::string_view body;
  std::string_view request_id;
  std::chrono::milliseconds keep_alive;  // of a quiet event iterator
};

// Throws sambung::error.
task<serving::http_response> answer(rpc_call call);

}  // namespace sambung::orpc
