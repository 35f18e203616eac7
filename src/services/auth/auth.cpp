#include <sambung/services/auth/auth.hpp>

#include "services/auth/auth_state.hpp"
#include "services/auth/authentication.hpp"
#include "services/auth/sessions.hpp"
#include "services/base/engine_core.hpp"
#include "services/base/revocations.hpp"

namespace sambung {

auth::auth(std::shared_ptr<engine_core> core) : core_(std::move(core)) {}

task<identity> auth::authenticate(std::string_view credential, std::optional<tenant_id> wanted) {
  presented const what(credential, wanted);
  auto const generation = core_->revocations->generation();
  auto const now = core_->clock->now();
  if (auto known = core_->auth->authorities.find(what, generation, now)) co_return *known;
  auto const found = co_await authority_of(*core_, credential, wanted);
  core_->auth->authorities.keep(what, generation, found, now);
  co_return found.who;
}

std::optional<identity> auth::remembered(std::string_view credential, std::optional<tenant_id> wanted) {
  return core_->auth->authorities.find(presented(credential, wanted), core_->revocations->generation(),
                                       core_->clock->now());
}

std::uint64_t auth::revocations() const { return core_->revocations->generation(); }

task<bool> auth::still_valid(identity who) { co_return co_await is_still_valid(*core_, who); }

task<void> auth::sign_out(session_id session, request_origin from) {
  auto const found = co_await live_session(*core_, session);
  if (!found) co_return;
  co_await end_session(*core_, session, entry_of(*core_, *found, "auth.signOut", std::move(from)));
}

auth_options const& auth::options() const { return core_->auth->options; }

}  // namespace sambung
