#include <sambung/records/invitation.hpp>
#include <sambung/security/token.hpp>
#include <sambung/services/tenancy/members.hpp>

#include "services/auth/email.hpp"
#include "services/auth/leaving.hpp"
#include "services/base/access.hpp"
#include "services/base/audit_log.hpp"
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

query pending_of(tenant_id home) {
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
  query const all = pending_of(home).limit(max_pending);
  auto const pending = (co_await core.store->read(system_rows(), all)).value();
  if (pending.items.size() < max_pending) co_return;
  co_await erase_expired(core, system_records<invitation>(core).readable(pending));
  auto const again = (co_await core.store->read(system_rows(), all)).value();
  if (again.items.size() >= max_pending)
    throw error(errc::quota_exceeded, "at most " + std::to_string(max_pending) + " invitations may be pending");
}

// The pending ones for an address, newest first.
task<std::vector<invitation>> pending_for(engine_core& core, tenant_id home, std::string email) {
  auto const invitations = system_records<invitation>(core);
  std::vector<invitation> pending;
  page_request which(max_page_size);
  do {
    query q = invitations.where(&invitation::tenant_id, home);
    q = std::move(q).where(where(&invitation::email, email));
    auto found = (co_await invitations.list(std::move(q), which)).value();
    for (auto& one : found.items)
      if (one.state == invitation_state::pending) pending.push_back(std::move(one));
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
  co_return pending;
}

change revoked(invitation const& one) {
  return update<invitation>(one.id)
      .set(&invitation::state, invitation_state::revoked)
      .set(&invitation::revision, one.revision + 1)
      .when(&invitation::state, invitation_state::pending);
}

// Of invitations for one address that were made at the same time the newest stays.
task<void> keep_newest(engine_core& core, tenant_id home, std::string email) {
  auto const pending = co_await pending_for(core, home, std::move(email));
  for (std::size_t i = 1; i < pending.size(); ++i) {
    auto const written = co_await system_records<invitation>(core).write(revoked(pending[i]));
    if (!written && !was_overtaken(written.error())) throw error(written.error());
  }
}

}  // namespace

invitations::invitations(std::shared_ptr<engine_core> core, principal who)
    : core_(std::move(core)), who_(std::move(who)) {}

task<issued_invitation> invitations::create(std::string email, member_role role, std::chrono::seconds lifetime) const {
  demand(who_, permission::member_manage);
  if (role == member_role::owner && who_.role() != member_role::owner) throw_owners_only();
  check_lifetime(lifetime);
  issued_invitation made;
  made.secret = make_token(invitation_prefix, *core_->random);
  auto& record = made.record;
  record.id = core_->ids->next<invitation_id>();
  record.tenant_id = who_.tenant();
  record.email = normal_email(email);
  record.role = role;
  record.invited_by = who_.user();
  record.hash = token_hash(made.secret.view());
  record.created_at = core_->clock->now();
  record.expires_at = record.created_at + lifetime;
  co_await demand_room(*core_, who_.tenant());
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    batch b;
    auto const earlier = co_await pending_for(*core_, who_.tenant(), record.email);
    for (auto const& one : earlier) b.add(revoked(one));
    b.add(require_present(who_.tenant()));
    b.add(insert(record));
    audit_note note("invitation.create", to_string(record.id), boost::describe::enum_to_string(role, ""));
    note_in(b, entry_of(*core_, who_, std::move(note)));
    auto const written = co_await write_system(*core_, std::move(b));
    if (written) {
      co_await keep_newest(*core_, who_.tenant(), record.email);
      co_return made;
    }
    if (!was_overtaken(written.error())) throw error(written.error());
    auto const home = (co_await system_records<tenant>(*core_).get(who_.tenant())).value();
    if (home.state == tenant_state::deleting) throw_not_found();
  }
  throw error(errc::conflict, "the invitations for the address kept changing");
}

task<page<invitation>> invitations::list(page_request which) const {
  demand(who_, permission::member_manage);
  auto const all = system_records<invitation>(*core_);
  query q = all.where(&invitation::tenant_id, who_.tenant());
  co_return (co_await all.list(std::move(q), std::move(which))).value();
}

task<void> invitations::revoke(invitation_id id) const {
  demand(who_, permission::member_manage);
  auto const found = (co_await system_records<invitation>(*core_).get(id)).value();
  if (found.tenant_id != who_.tenant()) throw_not_found();
  batch b;
  b.add(revoked(found));
  audit_note note("invitation.revoke", to_string(id));
  note_in(b, entry_of(*core_, who_, std::move(note)));
  auto const written = co_await write_system(*core_, std::move(b));
  if (!written && was_overtaken(written.error())) throw_not_found();
  written.value();
}

}  // namespace sambung
