#include <sambung/rpc/call_context.hpp>

#include <sambung/limiter/account_limit.hpp>

namespace sambung {

request_origin const& call_context::origin() const {
  static request_origin const within;
  return origin_ ? *origin_ : within;
}

task<void> call_context::limit_account(std::string email) const {
  auto const& from = origin();
  if (!from.attempts) co_return;
  account_attempt one(std::move(email), from.address);
  co_await from.attempts->take(std::move(one));
}

void call_context::expect_session_change() const {
  if (session_kept_) throw error(errc::unsupported, "sign in and out over HTTP: a WebSocket cannot change the session");
}

void call_context::change_session(session_change to) {
  if (!to.token.view().empty()) expect_session_change();
  change_ = std::move(to);
}

}  // namespace sambung
