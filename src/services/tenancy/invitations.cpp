#include <sambung/records/invitation.hpp>
#include <sambung/records/security_epoch.hpp>
#include <sambung/security/token.hpp>
#include <sambung/services/tenancy/members.hpp>

#include "services/auth/email.hpp"
#include "services/auth/invitation_use.hpp"
#include "services/auth/leaving.hpp"
#include "services/base/access.hpp"
#include "services/base/audit_log.hpp"
#include "services/base/claim.hpp"
#include "services/base/memberships.hpp"
#include "services/base/row_erasing.hpp"
#include "services/base/system_records.hpp"

namespace sambung {
namespace {

constexpr std::size_t max_pending = 1'000;
constexpr std::chrono::seconds max_lifetime = std::chrono::hours(30 * 24);

void check_lifetime(std::chrono::seconds lifetime) {
  if (lifetime.count() >= 1 && lifetime <= max_lifetime) return;
  auto const wrong = "must be 1 second to " + std::to_string(max_lifetime.count()) + " seconds";
  throw error(failure(errc::invalid_argument, "lifetime: " + wrong, {{"lifetime", wrong}}));
}

query all_pending_of(tenant_id home) {
  query q = collection<invitation>::where(&invitation::tenant_id, home);
  return std::move(q).where(where(&invitation::state, invitation_state::pending));
}

// An invitation that is over is erased once room is wanted.
task<void> erase_expired(engine_core& core, std::vector<invitation> const& pending) {
  auto const now = core.clock->now();
  for (auto const& one : pending) {
    if (one.expires_at > now) continue;
    auto const gone = co_await system_records<invitation>(core).write(erase<invitation>(one.id));
    if (!gone && gone.error().code != errc::not_found) throw error(gone.error());
  }
}

task<void> demand_room(engine_core& core, tenant_id home) {
  query const all = all_pending_of(home).limit(max_pending);
  auto const pending = (co_await core.store->read(system_rows(), all)).value();
  if (pending.items.size() < max_pending) co_return;
  co_await erase_expired(core, system_records<invitation>(core).readable(pending));
  auto const again = (co_await core.store->read(system_rows(), all)).value();
  if (again.items.size() >= max_pending)
    throw error(errc::quota_exceeded, "at most " + std::to_string(max_pending) + " invitations may be pending");
}

// The maker's place, which is to be the same when the invitation is written: so what ends with it ends this one too.
task<change> right_of(engine_core& core, principal const& maker, member_role as) {
  auto stored = co_await find_membership(core, maker.tenant(), maker.user());
  auto const place = if_found(std::move(stored));
  if (!place || !may_invite(*place, as)) throw error(errc::permission_denied, "your role does not allow this");
  co_return update<membership>(place->id)
      .set(&membership::revision, place->revision + 1)
      .when(&membership::revision, place->revision);
}

// The batch that makes it, with the end of earlier ones for the address.
task<batch> making(engine_core& core, principal const& maker, invitation const& made) {
  batch b;
  auto claim = co_await claim_of<security_epoch>(core, system_rows(), invitations_of(made.tenant_id));
  b.add(std::move(claim));
  auto right = co_await right_of(core, maker, made.role);
  b.add(std::move(right));
  co_await demand_room(core, made.tenant_id);
  auto const earlier = co_await pending_for(core, made.tenant_id, made.email);
  for (auto const& one : earlier) b.add(revoked(one));
  b.add(require_present(made.tenant_id));
  b.add(insert(made));
  audit_note note("invitation.create", to_string(made.id), boost::describe::enum_to_string(made.role, ""));
  note_in(b, entry_of(core, maker, std::move(note)));
  co_return b;
}

task<issued_invitation> create_invitation(core_ptr core, principal who, std::string email, member_role role,
                                          std::chrono::seconds lifetime) {
  co_await admit(*core, who, permission::member_manage);
  if (role == member_role::owner && who.role() != member_role::owner) throw_owners_only();
  check_lifetime(lifetime);
  issued_invitation made;
  made.secret = make_token(invitation_prefix, *core->random);
  auto& record = made.record;
  record.id = core->ids->next<invitation_id>();
  record.tenant_id = who.tenant();
  record.email = normal_email(email);
  record.role = role;
  record.invited_by = who.user();
  record.hash = token_hash(made.secret.view());
  record.created_at = core->clock->now();
  record.expires_at = record.created_at + lifetime;
  // However many are made at once, each that is overtaken has seen one more that was made.
  for (std::size_t attempt = 0; attempt <= max_pending; ++attempt) {
    auto b = co_await making(*core, who, record);
    auto const written = co_await write_system(*core, std::move(b));
    if (written) co_return made;
    if (!is_worth_another_look(written.error())) throw error(written.error());
    auto const home = (co_await system_records<tenant>(*core).get(who.tenant())).value();
    if (home.state == tenant_state::deleting) throw_not_found();
  }
  throw error(errc::conflict, "the invitations of the tenant kept changing");
}

task<page<invitation>> list_invitations(core_ptr core, principal who, page_request which) {
  co_await admit(*core, who, permission::member_manage);
  auto const all = system_records<invitation>(*core);
  query q = all.where(&invitation::tenant_id, who.tenant());
  co_return (co_await all.list(std::move(q), std::move(which))).value();
}

task<void> revoke_invitation(core_ptr core, principal who, invitation_id id) {
  co_await admit(*core, who, permission::member_manage);
  auto const found = (co_await system_records<invitation>(*core).get(id)).value();
  if (found.tenant_id != who.tenant()) throw_not_found();
  batch b;
  b.add(revoked(found));
  audit_note note("invitation.revoke", to_string(id));
  note_in(b, entry_of(*core, who, std::move(note)));
  auto const written = co_await write_system(*core, std::move(b));
  if (!written && was_overtaken(written.error())) throw_not_found();
  written.value();
}

}  // namespace

invitations::invitations(std::shared_ptr<engine_core> core, principal who)
    : core_(std::move(core)), who_(std::move(who)) {}

task<issued_invitation> invitations::create(std::string email, member_role role, std::chrono::seconds lifetime) const {
  return create_invitation(core_, who_, std::move(email), role, lifetime);
}

task<page<invitation>> invitations::list(page_request which) const {
  return list_invitations(core_, who_, std::move(which));
}

task<void> invitations::revoke(invitation_id id) const { return revoke_invitation(core_, who_, id); }

}  // namespace sambung
