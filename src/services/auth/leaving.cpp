#include "services/auth/leaving.hpp"

#include <sambung/records/api_token.hpp>
#include <sambung/records/session.hpp>

#include "services/auth/api_token_rows.hpp"
#include "services/auth/invitation_use.hpp"
#include "services/base/access.hpp"
#include "services/base/memberships.hpp"
#include "services/base/row_erasing.hpp"
#include "services/base/system_records.hpp"

#include <algorithm>

namespace sambung {
namespace {

// Of each kind, what goes in the same batch as the membership; more than that goes right behind it.
constexpr std::size_t companions = 200;

change cleared(session const& one) {
  return update<session>(one.id)
      .set(&session::tenant_id, std::nullopt)
      .set(&session::revision, one.revision + 1)
      .when(&session::revision, one.revision);
}

task<void> add_tokens(engine_core& core, tenant_id home, user_id user, batch& b) {
  auto const tokens = system_records<api_token>(core);
  auto const found = (co_await tokens.list(tokens_of(home, user), page_request(companions))).value();
  for (auto const& token : found.items) b.add(erase<api_token>(token.id));
}

// The sessions of one page that are in the tenant; gives where the next page begins.
task<std::optional<std::string>> add_sessions(engine_core& core, tenant_id home, user_id user,
                                              std::optional<std::string> cursor, batch& b) {
  auto const sessions = system_records<session>(core);
  page_request which(companions, std::move(cursor));
  auto found = (co_await sessions.list(sessions.where(&session::user_id, user), std::move(which))).value();
  for (auto const& one : found.items)
    if (one.tenant_id == home) b.add(cleared(one));
  co_return std::move(found.next_cursor);
}

// Whether somebody else owns the tenant who may act in it.
task<bool> is_owned_without(engine_core& core, tenant_id home, user_id leaving) {
  auto const places = system_records<membership>(core);
  page_request which(companions);
  do {
    query q = places.where(&membership::tenant_id, home);
    q = std::move(q).where(where(&membership::role, member_role::owner));
    auto found = (co_await places.list(std::move(q), which)).value();
    bool const another = std::ranges::any_of(found.items, [&](membership const& place) {
      return place.user_id != leaving && place.state == membership_state::active;
    });
    if (another) co_return true;
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
  co_return false;
}

}  // namespace

task<change> require_another_owner(engine_core& core, tenant_id home, user_id leaving) {
  auto const tenants = system_records<tenant>(core);
  auto const seen = (co_await tenants.get(home)).value();
  bool const another = co_await is_owned_without(core, home, leaving);
  if (!another) throw error(errc::conflict, "a tenant keeps an owner: make somebody else one first");
  co_return update<tenant>(home)
      .set(&tenant::revision, seen.revision + 1)
      .when(&tenant::revision, seen.revision)
      .when(where(&tenant::state, comparison::not_equal, tenant_state::deleting));
}

task<void> clear_sessions(engine_core& core, tenant_id home, user_id user) {
  std::optional<std::string> cursor;
  do {
    auto next = cursor;
    result<receipt> written = failure(errc::conflict, "not tried yet");
    while (!written && was_overtaken(written.error())) {
      batch b;
      next = co_await add_sessions(core, home, user, cursor, b);
      if (b.empty()) break;
      written = co_await write_system(core, std::move(b));
      if (!written && !was_overtaken(written.error())) throw error(written.error());
    }
    cursor = std::move(next);
  } while (cursor);
}

void throw_owners_only() {
  throw error(errc::permission_denied, "only an owner makes, lowers, suspends, resumes or removes an owner");
}

task<void> end_membership(engine_core& core, tenant_id home, user_id leaving, departing who, audit_entry entry) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto const place = (co_await find_membership(core, home, leaving)).value();
    batch b;
    if (place.role == member_role::owner) {
      if (who == departing::nobody_who_owns) throw_owners_only();
      auto guard = co_await require_another_owner(core, home, leaving);
      b.add(std::move(guard));
    }
    b.add(erase<membership>(place.id).when(&membership::revision, place.revision));
    co_await add_ends_with(core, place, b);
    co_await add_tokens(core, home, leaving, b);
    co_await add_sessions(core, home, leaving, std::nullopt, b);
    entry.detail = boost::describe::enum_to_string(place.role, "");
    note_in(b, entry);
    auto const written = co_await write_revoking(core, std::move(b));
    if (!written && was_overtaken(written.error())) continue;
    written.value();
    co_await erase_rows(core, system_rows(), tokens_of(home, leaving));
    co_await clear_sessions(core, home, leaving);
    co_return;
  }
  throw error(errc::conflict, "the members of the tenant kept changing");
}

}  // namespace sambung
