#include <sambung/services/tenancy/account.hpp>

#include "services/auth/auth_state.hpp"
#include "services/auth/invitation_use.hpp"
#include "services/auth/leaving.hpp"
#include "services/auth/password_change.hpp"
#include "services/auth/session_ending.hpp"
#include "services/base/access.hpp"
#include "services/base/audit_log.hpp"
#include "services/base/memberships.hpp"
#include "services/base/name.hpp"
#include "services/base/row_erasing.hpp"
#include "services/base/system_records.hpp"
#include "services/erasure/erasure.hpp"
#include "services/erasure/personal_export.hpp"
#include "services/tenancy/password_demand.hpp"
#include "services/tenancy/tenant_changes.hpp"
#include "services/turns/turn_stopping.hpp"

#include <boost/json/serialize.hpp>

namespace sambung {
namespace {

constexpr std::size_t max_settings_bytes = 16 * 1'024;

void check_profile(profile_update const& changes) {
  std::vector<issue> issues;
  if (changes.name)
    if (auto wrong = name_fault(*changes.name)) issues.push_back({"name", std::move(*wrong)});
  if (changes.image && !changes.image->empty() && !changes.image->starts_with("https://") &&
      !changes.image->starts_with("data:image/"))
    issues.push_back({"image", "must be an https: or data:image/ URL"});
  if (changes.settings && boost::json::serialize(*changes.settings).size() > max_settings_bytes)
    issues.push_back({"settings", "at most " + std::to_string(max_settings_bytes) + " bytes of JSON"});
  if (issues.empty()) return;
  auto message = issues.front().path + ": " + issues.front().message;
  throw error(failure(errc::invalid_argument, std::move(message), std::move(issues)));
}

user changed(user before, profile_update changes) {
  if (changes.name) before.name = std::move(*changes.name);
  if (changes.image) {
    before.image = std::move(changes.image);
    if (before.image->empty()) before.image.reset();
  }
  if (changes.settings) before.settings = std::move(*changes.settings);
  return before;
}

audit_entry entry_in(engine_core const& core, identity const& who, tenant_id where, std::string action,
                     std::string subject, std::string detail = {}) {
  audit_note note(std::move(action), std::move(subject), std::move(detail));
  auto entry = entry_of(core, who, std::move(note));
  entry.tenant_id = where;
  return entry;
}

// The token of an API may act in its own tenant only, and is bound to it.
void demand_free_choice(identity const& who) {
  if (who.how() == authentication::api_token)
    throw error(errc::permission_denied, "an API token stays in its own tenant");
}

}  // namespace

record_description describe_record(record_of<profile_update>) {
  return record<profile_update>()
      .range(&profile_update::revision, 1, std::numeric_limits<std::int64_t>::max())
      .text(&profile_update::name, 0, 200)
      .text(&profile_update::image, 0, 65'536)
      .text(&profile_update::settings, 0, max_settings_bytes);
}

account::account(std::shared_ptr<engine_core> core, identity who) : core_(std::move(core)), who_(std::move(who)) {}

identity const& account::who() const { return who_; }

task<user> account::profile() const {
  demand(who_, permission::account);
  co_return (co_await system_records<user>(*core_).get(who_.user())).value();
}

task<user> account::update(profile_update changes) const {
  demand(who_, permission::account);
  check_profile(changes);
  auto const revision = changes.revision;
  auto const before = (co_await system_records<user>(*core_).get(who_.user())).value();
  auto after = changed(before, std::move(changes));
  after.revision = revision + 1;
  after.updated_at = core_->clock->now();
  batch b;
  b.add(sambung::update<user>(after.id)
            .set(&user::name, after.name)
            .set(&user::image, after.image)
            .set(&user::settings, after.settings)
            .set(&user::updated_at, after.updated_at)
            .set(&user::revision, after.revision)
            .when(&user::revision, revision)
            .when(where(&user::state, comparison::not_equal, user_state::deleting)));
  audit_note note("user.updateSettings", to_string(after.id));
  note_in(b, entry_of(*core_, who_, std::move(note)));
  auto const written = co_await write_system(*core_, std::move(b));
  if (!written && written.error().code == errc::conflict) throw error(errc::conflict, "the profile has changed since");
  written.value();
  co_return after;
}

task<user> account::update_latest(profile_update changes) const {
  auto const seen = co_await profile();
  changes.revision = seen.revision;
  co_return co_await update(std::move(changes));
}

task<void> account::change_password(secret_string current, secret_string wanted) const {
  demand(who_, permission::account);
  auto normal = normal_password(wanted.view()).value();
  auto before = co_await stored_password(*core_, who_.user());
  password_use const use{"user.changePassword", "currentPassword"};
  co_await demand_password(*core_, who_, before, std::move(current), use);
  auto hash = co_await hash_in_pool(*core_, std::move(normal));
  audit_note note("user.changePassword", to_string(who_.user()));
  auto entry = entry_of(*core_, who_, std::move(note));
  co_await replace_password(*core_, who_.user(), std::move(before), std::move(hash), who_.session(), std::move(entry));
}

task<session> account::current_session() const {
  demand(who_, permission::account);
  if (!who_.session()) throw_not_found();
  co_return (co_await system_records<session>(*core_).get(*who_.session())).value();
}

task<page<session>> account::sessions(page_request which) const {
  demand(who_, permission::account);
  auto const all = system_records<session>(*core_);
  auto found = (co_await all.list(all.where(&session::user_id, who_.user()), std::move(which))).value();
  auto const now = core_->clock->now();
  std::erase_if(found.items, [&](session const& one) { return one.expires_at <= now; });
  co_return found;
}

task<void> account::revoke_session(session_id id) const {
  demand(who_, permission::account);
  auto const found = (co_await system_records<session>(*core_).get(id)).value();
  if (found.user_id != who_.user()) throw_not_found();
  auto b = co_await session_end(*core_, id);
  audit_note note("user.revokeSession", to_string(id));
  note_in(b, entry_of(*core_, who_, std::move(note)));
  auto const written = co_await write_revoking(*core_, std::move(b));
  // What was renewed in between ends all the same.
  if (!written && was_overtaken(written.error())) co_return co_await revoke_session(id);
  written.value();
}

task<void> account::revoke_other_sessions() const {
  demand(who_, permission::account);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    batch b;
    co_await add_session_ends(*core_, who_.user(), who_.session(), b);
    audit_note note("user.revokeOtherSessions", to_string(who_.user()));
    note_in(b, entry_of(*core_, who_, std::move(note)));
    auto const written = co_await write_revoking(*core_, std::move(b));
    if (!written && was_overtaken(written.error())) continue;
    written.value();
    co_return co_await end_sessions(*core_, who_.user(), who_.session());
  }
  throw error(errc::conflict, "the sessions of the user kept changing");
}

task<page<tenant_membership>> account::tenants(page_request which) const {
  demand(who_, permission::account);
  auto const places = system_records<membership>(*core_);
  auto found = (co_await places.list(memberships_of(who_.user()), std::move(which))).value();
  page<tenant_membership> out;
  out.next_cursor = std::move(found.next_cursor);
  for (auto const& place : found.items) {
    auto home = co_await system_records<tenant>(*core_).get(place.tenant_id);
    if (!home && home.error().code != errc::not_found) throw error(home.error());
    if (!home || home->state == tenant_state::deleting) continue;
    tenant_membership one;
    one.tenant = std::move(*home);
    one.role = place.role;
    one.state = place.state;
    out.items.push_back(std::move(one));
  }
  co_return out;
}

task<tenant> account::create_tenant(std::string name) const {
  demand(who_, permission::account);
  if (who_.how() != authentication::trusted && core_->auth->options.sign_up != sign_up_policy::open)
    throw error(errc::permission_denied, "tenants are made by the operator");
  auto made = new_tenant(*core_, std::move(name));
  batch b;
  b.add(require_active(who_.user()));
  b.add(insert(made));
  b.add(insert(new_membership(*core_, made.id, who_.user(), member_role::owner)));
  note_in(b, entry_in(*core_, who_, made.id, "tenant.create", to_string(made.id), made.name));
  auto const written = co_await write_system(*core_, std::move(b));
  if (!written) throw_taken(written.error(), "a tenant of that name exists");
  co_return made;
}

task<identity> account::switch_tenant(tenant_id id) const {
  demand(who_, permission::account);
  demand_free_choice(who_);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto const place = (co_await find_membership(*core_, id, who_.user())).value();
    if (place.state != membership_state::active) throw_not_found();
    batch b;
    b.add(require_active(id));
    b.add(require<membership>(place.id).when(&membership::revision, place.revision));
    if (who_.session()) {
      auto const mine = (co_await system_records<session>(*core_).get(*who_.session())).value();
      b.add(sambung::update<session>(mine.id)
                .set(&session::tenant_id, id)
                .set(&session::revision, mine.revision + 1)
                .when(&session::revision, mine.revision));
      note_in(b, entry_in(*core_, who_, id, "user.switchTenant", to_string(mine.id)));
    }
    // What is remembered of the session names the tenant of before.
    auto const written = co_await write_revoking(*core_, std::move(b));
    if (written) {
      identity const moved(who_.user(), who_.how(), tenant_place(id, place.role), who_.scopes(), who_.session());
      co_return moved.from(who_.origin());
    }
    if (!was_overtaken(written.error())) throw error(written.error());
    auto const home = (co_await system_records<tenant>(*core_).get(id)).value();
    if (home.state != tenant_state::active) throw_not_found();
  }
  throw error(errc::conflict, "the session kept changing");
}

task<void> account::leave_tenant(tenant_id id) const {
  demand(who_, permission::account);
  demand_free_choice(who_);
  auto entry = entry_in(*core_, who_, id, "member.leave", to_string(who_.user()));
  co_await end_membership(*core_, id, who_.user(), departing::anybody, std::move(entry));
  co_await stop_turns(*core_, id, who_.user());
}

task<tenant> account::resume_tenant(tenant_id id) const {
  demand(who_, permission::account);
  auto const place = (co_await find_membership(*core_, id, who_.user())).value();
  if (place.role != member_role::owner || place.state != membership_state::active)
    throw error(errc::permission_denied, "only an owner resumes a tenant");
  auto entry = entry_in(*core_, who_, id, "tenant.resume", to_string(id));
  co_return co_await resume_suspended(*core_, place, std::move(entry));
}

task<tenant_membership> account::accept_invitation(std::string secret) const {
  demand(who_, permission::account);
  auto const me = (co_await system_records<user>(*core_).get(who_.user())).value();
  auto const found = co_await usable_invitation(*core_, std::move(secret), me.email);
  if (!found) throw_not_found();
  auto stored = co_await find_membership(*core_, found->tenant_id, me.id);
  auto const before = if_found(std::move(stored));
  if (before && before->state != membership_state::active) throw_not_found();
  auto const place = before ? *before : new_membership(*core_, found->tenant_id, me.id, found->role);
  auto use = co_await use_of(*core_, *found);
  if (!use) throw_not_found();
  auto& b = *use;
  b.add(require_active(me.id));
  if (!before) b.add(insert(place));
  note_in(b, entry_in(*core_, who_, found->tenant_id, "invitation.accept", to_string(found->id)));
  auto const written = co_await write_system(*core_, std::move(*use));
  auto const lost = [](failure const& why) { return was_overtaken(why) || why.code == errc::already_exists; };
  if (!written && lost(written.error())) throw_not_found();
  written.value();
  tenant_membership joined;
  joined.tenant = (co_await system_records<tenant>(*core_).get(found->tenant_id)).value();
  joined.role = place.role;
  co_return joined;
}

task<page<exported_record>> account::export_data(page_request which) const {
  demand(who_, permission::account);
  detail::check_page(which).value();
  co_return co_await next_personal_records(*core_, who_.user(), std::move(which));
}

task<void> account::erase(secret_string password) const {
  demand(who_, permission::account);
  auto const stored = co_await stored_password(*core_, who_.user());
  password_use const use{"user.delete", "password"};
  co_await demand_password(*core_, who_, stored, std::move(password), use);
  audit_note note("user.delete", to_string(who_.user()));
  auto entry = entry_of(*core_, who_, std::move(note));
  co_await erase_user(*core_, who_.user(), std::move(entry));
}

}  // namespace sambung
