#include <sambung/rpc/procedures/auth.hpp>

#include "rpc/procedures/credential_input.hpp"

namespace sambung {
namespace {

// Tells the client about its new session in the way it asked for.
task<sign_in_output> welcome(auth service, call_context& from, signed_in made, bool tokens, bool lasting) {
  sign_in_output out;
  if (tokens) {
    auto const pair = co_await service.issue_tokens(made.session.id);
    out.tokens = token_output{std::string(pair.access.view()), std::string(pair.refresh.view()), pair.expires_at};
    if (from.origin().session) from.change_session(session_change());  // the one that came along has ended
  } else {
    from.change_session(session_change(std::move(made.token), lasting, std::move(made.device)));
  }
  auto const own = made.session.id;
  out.user = std::move(made.user);
  out.session = to_session_output(std::move(made.session), own);
  co_return out;
}

task<sign_in_output> sign_in(auth service, call_context& from, sign_in_input in) {
  if (!in.tokens) from.expect_session_change();
  auto password = take_secret(in.password);
  auto made = co_await service.sign_in(std::move(in.email), std::move(password), from.origin());
  co_return co_await welcome(service, from, std::move(made), in.tokens, in.remember_me);
}

task<sign_in_output> sign_up(auth service, call_context& from, sign_up_input in) {
  if (!in.tokens) from.expect_session_change();
  sign_up_request request(std::move(in.email), take_secret(in.password), std::move(in.name));
  request.invitation = std::move(in.invitation);
  auto made = co_await service.sign_up(std::move(request), from.origin());
  co_return co_await welcome(service, from, std::move(made), in.tokens, in.remember_me);
}

task<nothing> sign_out(auth service, call_context& from, nothing) {
  from.expect_session_change();
  auto const own = from.self()->who().session();
  if (!own) throw error(errc::invalid_argument, "this call came without a session: revoke its token instead");
  co_await service.sign_out(*own, from.origin());
  from.change_session(session_change());
  co_return nothing();
}

task<std::optional<current_session_output>> get_session(call_context& from, nothing) {
  if (!from.self()) co_return std::nullopt;
  account const self = *from.self();
  current_session_output out;
  out.user = co_await self.profile();
  if (auto const own = self.who().session()) {
    auto read = co_await as_result(self.current_session());
    if (!read && read.error().code == errc::not_found) co_return std::nullopt;  // it has ended since it was presented
    auto found = std::move(read).value();
    from.renew_if_extended(found);
    out.session = to_session_output(std::move(found), own);
  }
  co_return out;
}

task<sign_up_policy_output> policy_of(auth service) {
  sign_up_policy_output out;
  out.sign_up = co_await service.sign_up_now();
  co_return out;
}

task<token_output> refresh(auth service, call_context& from, refresh_input in) {
  auto const pair = co_await service.refresh(std::move(in.refresh_token), from.origin());
  co_return token_output{std::string(pair.access.view()), std::string(pair.refresh.view()), pair.expires_at};
}

}  // namespace

record_description describe_record(record_of<sign_in_input>) {
  return record<sign_in_input>()
      .text(&sign_in_input::email, 1, max_email_bytes)
      .text(&sign_in_input::password, 1, max_typed_password_bytes)
      .optional(&sign_in_input::remember_me)
      .optional(&sign_in_input::tokens);
}

record_description describe_record(record_of<sign_up_input>) {
  return record<sign_up_input>()
      .text(&sign_up_input::name, 0, 200)
      .text(&sign_up_input::invitation, 1, max_token_bytes)
      .optional(&sign_up_input::name);
}

record_description describe_record(record_of<refresh_input>) {
  return record<refresh_input>().text(&refresh_input::refresh_token, 1, max_token_bytes);
}

session_output to_session_output(session from, std::optional<session_id> const& own) {
  session_output out;
  out.id = from.id;
  out.tenant_id = from.tenant_id;
  out.address = std::move(from.address);
  out.user_agent = std::move(from.user_agent);
  out.created_at = from.created_at;
  out.updated_at = from.updated_at;
  out.expires_at = from.expires_at;
  out.current = own == from.id;
  return out;
}

void auth_procedures(procedure_registry& registry, auth service) {
  procedure_demand const proof(permission::none, request_class::credentials);
  registry.call<sign_in_input, sign_in_output>(
      "auth.signIn", proof, "Signs in by email and password.",
      [service](call_context& from, sign_in_input in) { return sign_in(service, from, std::move(in)); });
  registry.call<sign_up_input, sign_in_output>(
      "auth.signUp", proof, "Makes a user where the policy or an invitation allows it, and signs them in.",
      [service](call_context& from, sign_up_input in) { return sign_up(service, from, std::move(in)); });
  registry.call<nothing, nothing>("auth.signOut", permission::account, "Ends the caller's session.",
                                  [service](call_context& from, nothing in) { return sign_out(service, from, in); });
  registry.call<nothing, std::optional<current_session_output>>(
      "auth.getSession", permission::none, "Says who has signed in; null when nobody has.", get_session);
  registry.call<nothing, sign_up_policy_output>("auth.getSignUpPolicy", permission::none,
                                                "Says who may sign up by themselves at this moment.",
                                                [service](nothing) { return policy_of(service); });
  registry.call<refresh_input, token_output>(
      "auth.refresh", proof, "Exchanges a refresh token for a new pair of tokens.",
      [service](call_context& from, refresh_input in) { return refresh(service, from, std::move(in)); });
}

}  // namespace sambung
