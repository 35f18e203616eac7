#include <sambung/services/auth/auth.hpp>

#include "services/auth/auth_state.hpp"
#include "services/auth/authentication.hpp"
#include "services/auth/sessions.hpp"
#include "services/auth/sign_up_grant.hpp"
#include "services/base/engine_core.hpp"
#include "services/base/revocations.hpp"

namespace sambung {
namespace {

task<identity> authenticate_caller(core_ptr core, std::string credential, std::optional<tenant_id> wanted) {
  presented const what(credential, wanted);
  auto const generation = core->revocations->generation();
  auto const now = core->clock->now();
  if (auto known = core->auth->authorities.find(what, generation, now)) co_return *known;
  auto const found = co_await authority_of(*core, credential, wanted);
  core->auth->authorities.keep(what, generation, found, now);
  co_return found.who;
}

task<void> ask_standing(core_ptr core, identity who) { co_await demand_standing(*core, who); }

task<bool> ask_still_valid(core_ptr core, identity who) { co_return co_await is_still_valid(*core, who); }

task<sign_up_policy> ask_sign_up(core_ptr core) { co_return co_await current_policy(*core); }

task<void> end_by_user(core_ptr core, session_id session, request_origin from) {
  auto const found = co_await live_session(*core, session);
  if (!found) co_return;
  co_await end_session(*core, session, entry_of(*core, *found, "auth.signOut", std::move(from)));
}

}  // namespace

record_description describe_record(record_of<sign_up_request>) {
  return record<sign_up_request>().optional(&sign_up_request::name);
}

record_description describe_record(record_of<auth_options>) { return record<auth_options>().all_optional(); }

auth::auth(std::shared_ptr<engine_core> core) : core_(std::move(core)) {}

task<identity> auth::authenticate(std::string_view credential, std::optional<tenant_id> wanted) const {
  return authenticate_caller(core_, std::string(credential), wanted);
}

std::optional<identity> auth::remembered(std::string_view credential, std::optional<tenant_id> wanted) const {
  return core_->auth->authorities.find(presented(credential, wanted), core_->revocations->generation(),
                                       core_->clock->now());
}

task<sign_up_policy> auth::sign_up_now() const { return ask_sign_up(core_); }

std::uint64_t auth::revocations() const { return core_->revocations->generation(); }

task<bool> auth::still_valid(identity who) const { return ask_still_valid(core_, std::move(who)); }

task<void> auth::check_standing(identity who) const { return ask_standing(core_, std::move(who)); }

task<void> auth::sign_out(session_id session, request_origin from) const {
  return end_by_user(core_, session, std::move(from));
}

auth_options const& auth::options() const { return core_->auth->options; }

}  // namespace sambung
