#include <sambung/services/tenancy/members.hpp>

#include "core/enum_name.hpp"
#include "services/auth/leaving.hpp"
#include "services/base/access.hpp"
#include "services/base/audit_log.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"

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

task<batch> role_change(engine_core& core, principal const& who, membership const& place, member_role role) {
  batch b;
  if (place.role == member_role::owner) {
    auto guard = co_await require_another_owner(core, place.tenant_id, place.user_id);
    b.add(std::move(guard));
  }
  b.add(update<membership>(place.id)
            .set(&membership::role, role)
            .set(&membership::revision, place.revision + 1)
            .when(&membership::revision, place.revision));
  audit_note note("member.setRole", to_string(place.user_id), name_of(place.role) + " -> " + name_of(role));
  note_in(b, entry_of(core, who, std::move(note)));
  co_return b;
}

}  // namespace

members::members(std::shared_ptr<engine_core> core, principal who) : core_(std::move(core)), who_(std::move(who)) {}

task<page<member>> members::list(page_request which) const {
  demand(who_, permission::tenant_read);
  auto const places = system_records<membership>(*core_);
  query q = places.where(&membership::tenant_id, who_.tenant());
  auto found = (co_await places.list(std::move(q), std::move(which))).value();
  page<member> out;
  for (auto& place : found.items) {
    auto one = co_await member_of(*core_, std::move(place));
    if (one) out.items.push_back(std::move(*one));
  }
  out.next_cursor = std::move(found.next_cursor);
  co_return out;
}

task<member> members::get(user_id user) const {
  demand(who_, permission::tenant_read);
  auto place = (co_await find_membership(*core_, who_.tenant(), user)).value();
  auto found = co_await member_of(*core_, std::move(place));
  if (!found) throw_not_found();
  co_return std::move(*found);
}

task<member> members::set_role(user_id user, member_role role) const {
  demand(who_, permission::member_manage);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto const place = (co_await find_membership(*core_, who_.tenant(), user)).value();
    if (place.role == member_role::owner || role == member_role::owner) demand_owner(who_);
    if (place.role == role) co_return co_await get(user);
    auto changes = co_await role_change(*core_, who_, place, role);
    auto const written = co_await write_revoking(*core_, std::move(changes));
    if (written) co_return co_await get(user);
    if (!was_overtaken(written.error())) throw error(written.error());
  }
  throw error(errc::conflict, "the members of the tenant kept changing");
}

task<void> members::remove(user_id user) const {
  demand(who_, permission::member_manage);
  auto const most = who_.role() == member_role::owner ? departing::anybody : departing::nobody_who_owns;
  audit_note note("member.remove", to_string(user));
  auto entry = entry_of(*core_, who_, std::move(note));
  co_await end_membership(*core_, who_.tenant(), user, most, std::move(entry));
}

}  // namespace sambung
