#include "services/auth/invitation_use.hpp"

#include <sambung/security/permissions.hpp>
#include <sambung/security/token.hpp>

#include "services/auth/active_membership.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"

namespace sambung {
namespace {

// The place of its maker, while they may still make it.
task<std::optional<membership>> place_of_maker(engine_core& core, invitation const& one) {
  auto stored = co_await find_membership(core, one.tenant_id, one.invited_by);
  auto place = if_found(std::move(stored));
  if (!place || !may_invite(*place, one.role)) co_return std::nullopt;
  bool const active = co_await is_active(core, one.invited_by);
  if (!active) co_return std::nullopt;
  co_return place;
}

// Every pending one that `which` finds.
task<std::vector<invitation>> pending_of(engine_core& core, query which) {
  auto const invitations = system_records<invitation>(core);
  std::vector<invitation> pending;
  page_request page(max_page_size);
  do {
    auto found = (co_await invitations.list(which, page)).value();
    for (auto& one : found.items)
      if (one.state == invitation_state::pending) pending.push_back(std::move(one));
    page.cursor = std::move(found.next_cursor);
  } while (page.cursor);
  co_return pending;
}

task<std::vector<invitation>> pending_by(engine_core& core, tenant_id home, user_id maker) {
  query q = collection<invitation>::where(&invitation::tenant_id, home);
  q = std::move(q).where(where(&invitation::invited_by, maker));
  q = std::move(q).where(where(&invitation::state, invitation_state::pending));
  co_return co_await pending_of(core, std::move(q));
}

}  // namespace

bool may_invite(membership const& place, member_role as) {
  bool const manages = place.state == membership_state::active && allows(place.role, permission::member_manage);
  return manages && (as != member_role::owner || place.role == member_role::owner);
}

task<std::optional<invitation>> usable_invitation(engine_core& core, std::string secret, std::string email) {
  if (!is_token(secret, invitation_prefix)) co_return std::nullopt;
  auto const invitations = system_records<invitation>(core);
  auto stored = co_await invitations.first(invitations.where(&invitation::hash, token_hash(secret)));
  auto found = if_found(std::move(stored));
  bool const usable = found && found->state == invitation_state::pending && found->expires_at > core.clock->now() &&
                      found->email == email;
  if (!usable) co_return std::nullopt;
  auto home = co_await system_records<tenant>(core).get(found->tenant_id);
  auto const into = if_found(std::move(home));
  if (!into || into->state != tenant_state::active) co_return std::nullopt;
  co_return found;
}

task<std::optional<batch>> use_of(engine_core& core, invitation const& found) {
  auto const maker = co_await place_of_maker(core, found);
  if (!maker) co_return std::nullopt;
  batch b;
  b.add(update<invitation>(found.id)
            .set(&invitation::state, invitation_state::accepted)
            .set(&invitation::revision, found.revision + 1)
            .when(&invitation::state, invitation_state::pending));
  b.add(require_active(found.tenant_id));
  b.add(require_active(found.invited_by));
  b.add(require<membership>(maker->id)
            .when(&membership::role, maker->role)
            .when(&membership::state, membership_state::active));
  co_return b;
}

task<void> add_ends_of_made(engine_core& core, membership after, batch& b) {
  auto const made = co_await pending_by(core, after.tenant_id, after.user_id);
  for (auto const& one : made)
    if (!may_invite(after, one.role)) b.add(revoked(one));
}

task<void> add_ends_with(engine_core& core, membership ended, batch& b) {
  auto const made = co_await pending_by(core, ended.tenant_id, ended.user_id);
  for (auto const& one : made) b.add(revoked(one));
  auto stored = co_await system_records<user>(core).get(ended.user_id);
  auto const who = if_found(std::move(stored));
  if (!who || !who->email) co_return;
  auto const to_them = co_await pending_for(core, ended.tenant_id, *who->email);
  for (auto const& one : to_them)
    if (one.invited_by != ended.user_id) b.add(revoked(one));
}

task<std::vector<invitation>> pending_for(engine_core& core, tenant_id home, std::string email) {
  query q = collection<invitation>::where(&invitation::tenant_id, home);
  q = std::move(q).where(where(&invitation::email, std::move(email)));
  co_return co_await pending_of(core, std::move(q));
}

std::string invitations_of(tenant_id home) { return "invitations/" + to_string(home); }

change revoked(invitation const& one) {
  return update<invitation>(one.id)
      .set(&invitation::state, invitation_state::revoked)
      .set(&invitation::revision, one.revision + 1)
      .when(&invitation::state, invitation_state::pending);
}

}  // namespace sambung
