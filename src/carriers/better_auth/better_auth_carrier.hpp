// /api/auth: Better Auth's endpoints on the same services as the procedures auth.* and user.*.
#pragma once

#include "carriers/better_auth/better_auth_wire.hpp"
#include "http/server/http_message.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/rpc/call_context.hpp>

#include <string_view>

namespace sambung::better_auth {

serving::error_form const& errors() noexcept;

// One request whose caller has passed: an endpoint that demands one has it in `from`. Lifetime: the references outlive
// the call.
struct better_auth_call {
  better_auth_call(engine& served_, endpoint const& to_, call_context& from_, std::string_view body_,
                   std::string_view request_id_)
      : served(&served_), to(&to_), from(&from_), body(body_), request_id(request_id_) {}

  engine* served;
  endpoint const* to;
  call_context* from;
  std::string_view body;
  std::string_view request_id;
  std::size_t password_bytes = 0;  // of the password to be set, once it is known
};

// Changes the client's session in the context. Throws sambung::error for what Better Auth has no code of its own for.
task<serving::http_response> answer(better_auth_call call);

}  // namespace sambung::better_auth
