#include <sambung/services/tenancy/members.hpp>

#include "core/enum_name.hpp"
#include "services/auth/invitation_use.hpp"
#include "services/auth/leaving.hpp"
#include "services/base/access.hpp"
#include "services/base/audit_log.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"
#include "services/turns/turn_stopping.hpp"

namespace sambung {
namespace {

member shown(membership const& place, user const& who) {
  member one;
  one.user_id = who.id;
  one.email = who.email;
  one.name = who.name;
  one.image = who.image;
  one.role = place.role;
  one.joined_at = place.created_at;
  one.state = place.state;
  return one;
}

// Empty for somebody who is being erased.
task<std::optional<member>> member_of(engine_core& core, membership place) {
  auto const found = co_await system_records<user>(core).get(place.user_id);
  if (!found && found.error().code == errc::not_found) co_return std::nullopt;
  if (found.value().state == user_state::deleting) co_return std::nullopt;
  co_return shown(place, *found);
}

void demand_owner(principal const& who) {
  if (who.role() != member_role::owner) throw_owners_only();
}

// Everything that changes with a member's place, in one batch: another owner stays who acts, and what the member may
// not have made in the place ends.
task<batch> change_of(engine_core& core, membership const& before, membership after) {
  batch b;
  auto const acts_as_owner = [](membership const& place) {
    return place.role == member_role::owner && place.state == membership_state::active;
  };
  if (acts_as_owner(before) && !acts_as_owner(after)) {
    auto guard = co_await require_another_owner(core, before.tenant_id, before.user_id);
    b.add(std::move(guard));
  }
  b.add(update<membership>(before.id)
            .set(&membership::role, after.role)
            .set(&membership::state, after.state)
            .set(&membership::revision, before.revision + 1)
            .when(&membership::revision, before.revision));
  // Who is only suspended has it all again when they are resumed.
  after.state = membership_state::active;
  co_await add_ends_of_made(core, std::move(after), b);
  co_return b;
}

audit_note role_note(membership const& before, membership const& after) {
  return {"member.setRole", to_string(before.user_id), name_of(before.role) + " -> " + name_of(after.role)};
}

audit_note state_note(membership const& before, membership const& after) {
  auto action = after.state == membership_state::suspended ? "member.suspend" : "member.resume";
  return {action, to_string(before.user_id), name_of(before.role)};
}

// Changes a member's place unless it is so already.
using place_change = std::function<void(membership&)>;

task<void> change_place(engine_core& core, principal const& who, user_id user, place_change change,
                        audit_note (*note)(membership const&, membership const&)) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto const before = (co_await find_membership(core, who.tenant(), user)).value();
    auto after = before;
    change(after);
    if (before.role == member_role::owner || after.role == member_role::owner) demand_owner(who);
    if (after.role == before.role && after.state == before.state) co_return;
    auto changes = co_await change_of(core, before, after);
    note_in(changes, entry_of(core, who, note(before, after)));
    auto const written = co_await write_revoking(core, std::move(changes));
    if (written) co_return;
    if (!was_overtaken(written.error())) throw error(written.error());
  }
  throw error(errc::conflict, "the members of the tenant kept changing");
}

task<page<member>> list_members(core_ptr core, principal who, page_request which) {
  co_await admit(*core, who, permission::tenant_read);
  auto const places = system_records<membership>(*core);
  query q = places.where(&membership::tenant_id, who.tenant());
  auto found = (co_await places.list(std::move(q), std::move(which))).value();
  page<member> out;
  for (auto& place : found.items) {
    auto one = co_await member_of(*core, std::move(place));
    if (one) out.items.push_back(std::move(*one));
  }
  out.next_cursor = std::move(found.next_cursor);
  co_return out;
}

task<member> read_member(core_ptr core, principal who, user_id user) {
  co_await admit(*core, who, permission::tenant_read);
  auto place = (co_await find_membership(*core, who.tenant(), user)).value();
  auto found = co_await member_of(*core, std::move(place));
  if (!found) throw_not_found();
  co_return std::move(*found);
}

task<member> set_member_role(core_ptr core, principal who, user_id user, member_role role) {
  co_await admit(*core, who, permission::member_manage);
  place_change const change = [=](membership& place) { place.role = role; };
  co_await change_place(*core, who, user, change, role_note);
  co_return co_await read_member(std::move(core), std::move(who), user);
}

task<member> suspend_member(core_ptr core, principal who, user_id user) {
  co_await admit(*core, who, permission::member_manage);
  place_change const change = [](membership& place) { place.state = membership_state::suspended; };
  co_await change_place(*core, who, user, change, state_note);
  co_await stop_turns(*core, who.tenant(), user);
  co_return co_await read_member(std::move(core), std::move(who), user);
}

task<member> resume_member(core_ptr core, principal who, user_id user) {
  co_await admit(*core, who, permission::member_manage);
  place_change const change = [](membership& place) { place.state = membership_state::active; };
  co_await change_place(*core, who, user, change, state_note);
  co_return co_await read_member(std::move(core), std::move(who), user);
}

task<void> remove_member(core_ptr core, principal who, user_id user) {
  co_await admit(*core, who, permission::member_manage);
  auto const most = who.role() == member_role::owner ? departing::anybody : departing::nobody_who_owns;
  audit_note note("member.remove", to_string(user));
  auto entry = entry_of(*core, who, std::move(note));
  co_await end_membership(*core, who.tenant(), user, most, std::move(entry));
  co_await stop_turns(*core, who.tenant(), user);
}

}  // namespace

members::members(std::shared_ptr<engine_core> core, principal who) : core_(std::move(core)), who_(std::move(who)) {}

task<page<member>> members::list(page_request which) const { return list_members(core_, who_, std::move(which)); }

task<member> members::get(user_id user) const { return read_member(core_, who_, user); }

task<member> members::set_role(user_id user, member_role role) const {
  return set_member_role(core_, who_, user, role);
}

task<member> members::suspend(user_id user) const { return suspend_member(core_, who_, user); }

task<member> members::resume(user_id user) const { return resume_member(core_, who_, user); }

task<void> members::remove(user_id user) const { return remove_member(core_, who_, user); }

}  // namespace sambung
