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

namespace sambung {
namespace {

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

task<void> change_own_password(core_ptr core, identity who, secret_string current, secret_string wanted) {
  co_await admit(*core, who, permission::account);
  auto normal = normal_password(wanted.view()).value();
  auto before = co_await stored_password(*core, who.user());
  password_use const use{"user.changePassword", "currentPassword"};
  co_await demand_password(*core, who, before, std::move(current), use);
  auto hash = co_await hash_in_pool(*core, std::move(normal));
  audit_note note("user.changePassword", to_string(who.user()));
  auto entry = entry_of(*core, who, std::move(note));
  co_await replace_password(*core, who.user(), std::move(before), std::move(hash), who.session(), std::move(entry));
}

task<session> read_current_session(core_ptr core, identity who) {
  co_await admit(*core, who, permission::account);
  if (!who.session()) throw_not_found();
  co_return (co_await system_records<session>(*core).get(who.session())).value();
}

task<page<session>> list_sessions(core_ptr core, identity who, page_request which) {
  co_await admit(*core, who, permission::account);
  auto const all = system_records<session>(*core);
  auto found = (co_await all.list(all.where(&session::user_id, who.user()), std::move(which))).value();
  auto const now = core->clock->now();
  std::erase_if(found.items, [&](session const& one) { return one.expires_at <= now; });
  co_return found;
}

task<void> revoke_own_session(core_ptr core, identity who, session_id id) {
  co_await admit(*core, who, permission::account);
  auto const found = (co_await system_records<session>(*core).get(id)).value();
  if (found.user_id != who.user()) throw_not_found();
  auto b = co_await session_end(*core, id);
  audit_note note("user.revokeSession", to_string(id));
  note_in(b, entry_of(*core, who, std::move(note)));
  auto const written = co_await write_revoking(*core, std::move(b));
  // What was renewed in between ends all the same.
  if (!written && was_overtaken(written.error()))
    co_return co_await revoke_own_session(std::move(core), std::move(who), id);
  written.value();
}

task<void> revoke_others(core_ptr core, identity who) {
  co_await admit(*core, who, permission::account);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    batch b;
    co_await add_session_ends(*core, who.user(), who.session(), b);
    audit_note note("user.revokeOtherSessions", to_string(who.user()));
    note_in(b, entry_of(*core, who, std::move(note)));
    auto const written = co_await write_revoking(*core, std::move(b));
    if (!written && was_overtaken(written.error())) continue;
    written.value();
    co_return co_await end_sessions(*core, who.user(), who.session());
  }
  throw error(errc::conflict, "the sessions of the user kept changing");
}

task<page<tenant_membership>> list_own_tenants(core_ptr core, identity who, page_request which) {
  co_await admit(*core, who, permission::account);
  auto const places = system_records<membership>(*core);
  auto found = (co_await places.list(memberships_of(who.user()), std::move(which))).value();
  page<tenant_membership> out;
  out.next_cursor = std::move(found.next_cursor);
  for (auto const& place : found.items) {
    auto home = co_await system_records<tenant>(*core).get(place.tenant_id);
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

task<tenant> create_own_tenant(core_ptr core, identity who, std::string name) {
  co_await admit(*core, who, permission::account);
  if (who.how() != authentication::trusted && core->auth->options.sign_up != sign_up_policy::open)
    throw error(errc::permission_denied, "tenants are made by the operator");
  auto made = new_tenant(*core, std::move(name));
  batch b;
  b.add(require_active(who.user()));
  b.add(insert(made));
  b.add(insert(new_membership(*core, made.id, who.user(), member_role::owner)));
  note_in(b, entry_in(*core, who, made.id, "tenant.create", to_string(made.id), made.name));
  auto const written = co_await write_system(*core, std::move(b));
  if (!written) throw_taken(written.error(), "a tenant of that name exists");
  co_return made;
}

task<identity> switch_to_tenant(core_ptr core, identity who, tenant_id id) {
  co_await admit(*core, who, permission::account);
  demand_free_choice(who);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto const place = (co_await find_membership(*core, id, who.user())).value();
    if (place.state != membership_state::active) throw_not_found();
    batch b;
    b.add(require_active(id));
    b.add(require<membership>(place.id).when(&membership::revision, place.revision));
    if (who.session()) {
      auto const mine = (co_await system_records<session>(*core).get(who.session())).value();
      b.add(update<session>(mine.id)
                .set(&session::tenant_id, id)
                .set(&session::revision, mine.revision + 1)
                .when(&session::revision, mine.revision));
      note_in(b, entry_in(*core, who, id, "user.switchTenant", to_string(mine.id)));
    }
    // What is remembered of the session names the tenant of before.
    auto const written = co_await write_revoking(*core, std::move(b));
    if (written) {
      identity const moved(who.user(), who.how(), tenant_place(id, place.role), who.scopes(), who.session());
      co_return moved.from(who.origin());
    }
    if (!was_overtaken(written.error())) throw error(written.error());
    auto const home = (co_await system_records<tenant>(*core).get(id)).value();
    if (home.state != tenant_state::active) throw_not_found();
  }
  throw error(errc::conflict, "the session kept changing");
}

task<void> leave_own_tenant(core_ptr core, identity who, tenant_id id) {
  co_await admit(*core, who, permission::account);
  demand_free_choice(who);
  auto entry = entry_in(*core, who, id, "member.leave", to_string(who.user()));
  co_await end_membership(*core, id, who.user(), departing::anybody, std::move(entry));
  co_await stop_turns(*core, id, who.user());
}

task<tenant> resume_own_tenant(core_ptr core, identity who, tenant_id id) {
  co_await admit(*core, who, permission::account);
  auto const place = (co_await find_membership(*core, id, who.user())).value();
  if (place.role != member_role::owner || place.state != membership_state::active)
    throw error(errc::permission_denied, "only an owner resumes a tenant");
  auto entry = entry_in(*core, who, id, "tenant.resume", to_string(id));
  co_return co_await resume_suspended(*core, place, std::move(entry));
}

task<tenant_membership> accept_by_secret(core_ptr core, identity who, std::string secret) {
  co_await admit(*core, who, permission::account);
  auto const me = (co_await system_records<user>(*core).get(who.user())).value();
  if (!me.email) throw_not_found();
  auto const found = co_await usable_invitation(*core, std::move(secret), *me.email);
  if (!found) throw_not_found();
  auto stored = co_await find_membership(*core, found->tenant_id, me.id);
  auto const before = if_found(std::move(stored));
  if (before && before->state != membership_state::active) throw_not_found();
  auto const place = before ? *before : new_membership(*core, found->tenant_id, me.id, found->role);
  auto use = co_await use_of(*core, *found);
  if (!use) throw_not_found();
  auto& b = *use;
  b.add(require_active(me.id));
  if (!before) b.add(insert(place));
  note_in(b, entry_in(*core, who, found->tenant_id, "invitation.accept", to_string(found->id)));
  auto const written = co_await write_system(*core, std::move(*use));
  auto const lost = [](failure const& why) { return was_overtaken(why) || why.code == errc::already_exists; };
  if (!written && lost(written.error())) throw_not_found();
  written.value();
  tenant_membership joined;
  joined.tenant = (co_await system_records<tenant>(*core).get(found->tenant_id)).value();
  joined.role = place.role;
  co_return joined;
}

task<page<exported_record>> export_own_data(core_ptr core, identity who, page_request which) {
  co_await admit(*core, who, permission::account);
  detail::check_page(which).value();
  co_return co_await next_personal_records(*core, who.user(), std::move(which));
}

task<void> erase_account(core_ptr core, identity who, secret_string password) {
  co_await admit(*core, who, permission::account);
  auto const stored = co_await stored_password(*core, who.user());
  password_use const use{"user.delete", "password"};
  co_await demand_password(*core, who, stored, std::move(password), use);
  audit_note note("user.delete", to_string(who.user()));
  auto entry = entry_of(*core, who, std::move(note));
  co_await erase_user(*core, who.user(), std::move(entry));
}

}  // namespace

account::account(std::shared_ptr<engine_core> core, identity who) : core_(std::move(core)), who_(std::move(who)) {
  who_.own_ = who_.place() ? core_->permissions.of(who_.place()->role) : permission_set();
}

identity const& account::who() const { return who_; }

task<void> account::change_password(secret_string current, secret_string wanted) const {
  return change_own_password(core_, who_, std::move(current), std::move(wanted));
}

task<session> account::current_session() const { return read_current_session(core_, who_); }

task<page<session>> account::sessions(page_request which) const { return list_sessions(core_, who_, std::move(which)); }

task<void> account::revoke_session(session_id id) const { return revoke_own_session(core_, who_, id); }

task<void> account::revoke_other_sessions() const { return revoke_others(core_, who_); }

task<page<tenant_membership>> account::tenants(page_request which) const {
  return list_own_tenants(core_, who_, std::move(which));
}

task<tenant> account::create_tenant(std::string name) const { return create_own_tenant(core_, who_, std::move(name)); }

task<identity> account::switch_tenant(tenant_id id) const { return switch_to_tenant(core_, who_, id); }

task<void> account::leave_tenant(tenant_id id) const { return leave_own_tenant(core_, who_, id); }

task<tenant> account::resume_tenant(tenant_id id) const { return resume_own_tenant(core_, who_, id); }

task<tenant_membership> account::accept_invitation(std::string secret) const {
  return accept_by_secret(core_, who_, std::move(secret));
}

task<page<exported_record>> account::export_data(page_request which) const {
  return export_own_data(core_, who_, std::move(which));
}

task<void> account::erase(secret_string password) const { return erase_account(core_, who_, std::move(password)); }

}  // namespace sambung
