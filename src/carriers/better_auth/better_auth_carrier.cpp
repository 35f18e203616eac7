#include "carriers/better_auth/better_auth_carrier.hpp"

namespace sambung::better_auth {
namespace {

using serving::http_response;

class better_auth_errors final : public serving::error_form {
 public:
  std::string encode(failure const& why, std::string_view) const override { return encode_error(why); }
  std::string encode(serving::protocol_fault const& fault, std::string_view message, std::string_view) const override {
    return encode_error(fault.status == 403 ? "INVALID_ORIGIN" : fault.code, message);
  }
  std::string_view retry_header() const override { return "X-Retry-After"; }
};
constexpr better_auth_errors form;

// A session in clear goes to the client twice: as a cookie, and in the body for clients that hold no cookies.
std::string welcome(better_auth_call& call, signed_in const& made, bool lasting) {
  call.from->change_session(session_change(made.token, lasting, made.device));
  return call.to->what == action::sign_up ? encode_signed_up(made.user, made.token.view())
                                          : encode_signed_in(made.user, made.token.view());
}

task<std::string> sign_up(better_auth_call& call) {
  auto in = decode_sign_up(call.body).value();
  call.password_bytes = in.password.view().size();
  sign_up_request request(std::move(in.email), std::move(in.password), std::move(in.name));
  request.invitation = std::move(in.invitation);
  auto service = call.served->auth();
  auto const made = co_await service.sign_up(std::move(request), call.from->origin());
  co_return welcome(call, made, in.remember_me);
}

task<std::string> sign_in(better_auth_call& call) {
  auto in = decode_sign_in(call.body).value();
  auto service = call.served->auth();
  auto const made = co_await service.sign_in(std::move(in.email), std::move(in.password), call.from->origin());
  co_return welcome(call, made, in.remember_me);
}

// Ends the session that the call came with, if it came with one.
task<void> end_own_session(better_auth_call& call) {
  auto const own = call.from->self()->who().session();
  if (!own) co_return;
  auto service = call.served->auth();
  co_await service.sign_out(*own, call.from->origin());
  call.from->change_session(session_change());
}

task<std::string> sign_out(better_auth_call& call) {
  co_await end_own_session(call);
  co_return std::string(signed_out);
}

task<std::string> get_session(better_auth_call& call) {
  auto const* self = call.from->self();
  if (!self || !self->who().session()) co_return std::string(no_session);
  auto const own = co_await self->current_session();
  call.from->renew_if_extended(own);
  auto const who = co_await self->profile();
  co_return encode_session(own, who);
}

task<std::string> list_sessions(better_auth_call& call) {
  auto const found = co_await call.from->self()->sessions(page_request(max_page_size));
  co_return encode_sessions(found.items);
}

// As Better Auth has it, a session that is not there, or another's, is as well revoked.
task<std::string> revoke_session(better_auth_call& call) {
  auto const which = decode_session_reference(call.body).value();
  if (!which) co_return std::string(done);
  auto const& self = *call.from->self();
  auto const revoked = co_await as_result(self.revoke_session(*which));
  if (!revoked && revoked.error().code != errc::not_found) throw error(revoked.error());
  if (self.who().session() == *which) call.from->change_session(session_change());
  co_return std::string(done);
}

task<std::string> revoke_other_sessions(better_auth_call& call) {
  co_await call.from->self()->revoke_other_sessions();
  co_return std::string(done);
}

task<std::string> revoke_sessions(better_auth_call& call) {
  co_await call.from->self()->revoke_other_sessions();
  co_await end_own_session(call);
  co_return std::string(done);
}

task<std::string> change_password(better_auth_call& call) {
  auto in = decode_password_change(call.body).value();
  call.password_bytes = in.wanted.view().size();
  auto const& self = *call.from->self();
  co_await self.change_password(std::move(in.current), std::move(in.wanted));
  auto const who = co_await self.profile();
  co_return encode_password_changed(who);
}

task<std::string> update_user(better_auth_call& call) {
  auto changes = decode_profile_update(call.body).value();
  co_await call.from->self()->update_latest(std::move(changes));
  co_return std::string(done);
}

task<std::string> body_of(better_auth_call& call) {
  switch (call.to->what) {
    case action::ok:
      break;
    case action::sign_up:
      co_return co_await sign_up(call);
    case action::sign_in:
      co_return co_await sign_in(call);
    case action::sign_out:
      co_return co_await sign_out(call);
    case action::get_session:
      co_return co_await get_session(call);
    case action::list_sessions:
      co_return co_await list_sessions(call);
    case action::revoke_session:
      co_return co_await revoke_session(call);
    case action::revoke_sessions:
      co_return co_await revoke_sessions(call);
    case action::revoke_other_sessions:
      co_return co_await revoke_other_sessions(call);
    case action::change_password:
      co_return co_await change_password(call);
    case action::update_user:
      co_return co_await update_user(call);
  }
  co_return std::string(alive);
}

}  // namespace

serving::error_form const& errors() noexcept { return form; }

task<http_response> answer(better_auth_call call) {
  auto body = co_await as_result(body_of(call));
  if (body) {
    http_response response(200, std::move(*body));
    response.headers = "Pragma: no-cache\r\n";
    co_return response;
  }
  auto const known = find_known_error(call.to->what, body.error(), call.password_bytes);
  if (!known) throw error(body.error());
  auto response = error_response(form, body.error(), call.request_id);
  response.status = known->status;
  response.body = encode_error(known->code, known->message);
  co_return response;
}

}  // namespace sambung::better_auth
