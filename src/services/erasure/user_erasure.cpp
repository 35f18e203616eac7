#include <sambung/records/api_token.hpp>
#include <sambung/records/idempotency_record.hpp>
#include <sambung/records/invitation.hpp>
#include <sambung/records/list_epoch.hpp>
#include <sambung/records/message.hpp>
#include <sambung/records/password.hpp>
#include <sambung/records/provider_key.hpp>
#include <sambung/records/quota.hpp>
#include <sambung/records/refresh_token.hpp>
#include <sambung/records/session.hpp>
#include <sambung/records/tool_decision.hpp>
#include <sambung/records/tool_grant.hpp>
#include <sambung/records/usage_counter.hpp>

#include "services/accounting/accounting_state.hpp"
#include "services/accounting/usage_meter.hpp"
#include "services/auth/api_token_rows.hpp"
#include "services/auth/leaving.hpp"
#include "services/base/access.hpp"
#include "services/base/memberships.hpp"
#include "services/base/row_erasing.hpp"
#include "services/base/system_records.hpp"
#include "services/base/tenant_walk.hpp"
#include "services/erasure/erasure.hpp"
#include "services/erasure/erasure_tally.hpp"
#include "services/turns/chat_removal.hpp"
#include "services/turns/turn_stopping.hpp"

namespace sambung {
namespace {

// The most tenants whose ownership is given up in one batch.
constexpr std::size_t owned_together = 1'000;

// --- what there is of a user
// ------------------------------------------------------------------------------------------

query ordered(query q, std::vector<std::string> columns) {
  return std::move(q).order(std::move(columns), direction::descending);
}

query chats_of(user_id id) { return ordered(collection<chat>::where(&chat::owner_id, id), {"state"}); }

query keys_of(user_id id) { return collection<provider_key>::where(&provider_key::user_id, id); }

// Of what is named "<user id>/..."; '0' follows the slash.
template <class R>
query named_after(user_id id) {
  auto const from = where(&R::id, comparison::greater_equal, to_string(id) + '/');
  auto const to = where(&R::id, comparison::less, to_string(id) + '0');
  return collection<R>::all().where(from).where(to);
}

// What is erased row by row in a tenant's tables.
std::vector<query> tenant_rows_of(user_id id) {
  std::vector<query> all;
  all.push_back(ordered(collection<usage_counter>::where(&usage_counter::user_id, id), {"day"}));
  all.push_back(ordered(collection<tool_decision>::where(&tool_decision::owner_id, id), {"state", "until"}));
  all.push_back(ordered(collection<tool_grant>::where(&tool_grant::owner_id, id), {"created_at"}));
  all.push_back(named_after<idempotency_record>(id));
  all.push_back(named_after<list_epoch>(id));
  all.push_back(collection<quota>::where(&quota::user_id, id));
  return all;
}

// What is erased row by row in the system's tables. The user's own row is not among it.
std::vector<query> system_rows_of(user const& who) {
  std::vector<query> all;
  all.push_back(collection<session>::where(&session::user_id, who.id));
  all.push_back(collection<password>::where(&password::user_id, who.id));
  if (who.email) all.push_back(collection<invitation>::where(&invitation::email, *who.email));
  all.push_back(memberships_of(who.id));
  return all;
}

// --- erasing
// ----------------------------------------------------------------------------------------------------------

task<void> erase_counted(engine_core& core, scope who, query which, erasure_tally& tally) {
  auto const table = which.table();
  auto const erased = co_await erase_rows(core, who, std::move(which));
  tally.add(table, erased);
}

task<void> erase_chats(engine_core& core, scope who, user_id id, erasure_tally& tally) {
  auto const chats = core.records<chat>(who);
  tally.add(description_of<chat>().table, 0);
  tally.add(description_of<message>().table, 0);
  for (;;) {
    auto const found = co_await keys_of(core, who, chats_of(id));
    if (found.empty()) co_return;
    for (auto const& key : found) {
      chat_id const one{key};
      // From now on no turn begins in it.
      auto hide = update<chat>(one).set(&chat::state, chat_state::deleting);
      auto const hidden = co_await chats.write(std::move(hide));
      if (!hidden && hidden.error().code != errc::not_found) throw error(hidden.error());
      auto const messages = co_await erase_chat(core, who, one);
      tally.add(description_of<message>().table, messages);
      tally.add(description_of<chat>().table, 1);
    }
  }
}

// A user's own keys of one page; the tenant's that they made stay.
std::vector<provider_key_id> own_keys(page<provider_key> const& found) {
  std::vector<provider_key_id> own;
  for (auto const& one : found.items)
    if (one.owner == key_owner::user) own.push_back(one.id);
  return own;
}

task<void> erase_keys(engine_core& core, scope who, user_id id, erasure_tally& tally) {
  auto const keys = core.records<provider_key>(who);
  tally.add(description_of<provider_key>().table, 0);
  page_request which(erasing_step);
  do {
    auto listed = co_await keys.list(keys_of(id), which);
    auto found = undamaged(std::move(listed));
    for (auto const& one : own_keys(found)) {
      auto const gone = co_await keys.write(erase<provider_key>(one));
      if (!gone && gone.error().code != errc::not_found) throw error(gone.error());
      tally.add(description_of<provider_key>().table, 1);
    }
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
}

task<bool> any_key_left(engine_core& core, scope who, user_id id) {
  auto const keys = core.records<provider_key>(who);
  page_request which(max_page_size);
  do {
    auto listed = co_await keys.list(keys_of(id), which);
    auto found = undamaged(std::move(listed));
    if (!own_keys(found).empty()) co_return true;
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
  co_return false;
}

task<void> erase_in(engine_core& core, tenant_id where, user_id id, erasure_tally& tally) {
  auto const who = tenant_rows(where);
  co_await erase_chats(core, who, id, tally);
  co_await erase_keys(core, who, id, tally);
  for (auto& rows : tenant_rows_of(id)) co_await erase_counted(core, who, rows, tally);
  co_await erase_counted(core, system_rows(), tokens_of(where, id), tally);
}

task<bool> any_left_in(engine_core& core, tenant_id where, user_id id) {
  auto const who = tenant_rows(where);
  auto all = tenant_rows_of(id);
  all.push_back(chats_of(id));
  for (auto& rows : all) {
    bool const left = co_await any_row(core, who, rows);
    if (left) co_return true;
  }
  bool const keys = co_await any_key_left(core, who, id);
  if (keys) co_return true;
  co_return co_await any_row(core, system_rows(), tokens_of(where, id));
}

task<void> erase_everywhere(engine_core& core, user_id id, erasure_tally& tally) {
  tenant_walk tenants(core);
  while (auto const place = co_await tenants.next()) co_await erase_in(core, *place, id, tally);
}

task<bool> any_left(engine_core& core, user const& who) {
  for (auto& rows : system_rows_of(who)) {
    bool const left = co_await any_row(core, system_rows(), rows);
    if (left) co_return true;
  }
  tenant_walk tenants(core);
  while (auto const place = co_await tenants.next()) {
    bool const left = co_await any_left_in(core, *place, who.id);
    if (left) co_return true;
  }
  co_return false;
}

// With the refresh tokens that were issued to them.
task<void> erase_sessions(engine_core& core, user_id id, erasure_tally& tally) {
  auto const sessions = system_records<session>(core);
  tally.add(description_of<session>().table, 0);
  tally.add(description_of<refresh_token>().table, 0);
  for (;;) {
    auto const found = co_await keys_of(core, system_rows(), sessions.where(&session::user_id, id));
    if (found.empty()) co_return;
    for (auto const& key : found) {
      session_id const one{key};
      query family = collection<refresh_token>::where(&refresh_token::session_id, one);
      co_await erase_counted(core, system_rows(), std::move(family), tally);
      auto const gone = co_await sessions.write(erase<session>(one));
      if (!gone && gone.error().code != errc::not_found) throw error(gone.error());
      tally.add(description_of<session>().table, 1);
    }
  }
}

// --- the first batch
// --------------------------------------------------------------------------------------------------

// Ownership is given up together with the life of the user, so that of two owners who go at once one stays.
task<void> give_up_ownership(engine_core& core, user_id id, batch& b) {
  auto const tenants = system_records<tenant>(core);
  auto const places = system_records<membership>(core);
  page_request which(max_page_size);
  do {
    auto listed = co_await places.list(memberships_of(id), which);
    auto found = undamaged(std::move(listed));
    for (auto const& place : found.items) {
      if (place.role != member_role::owner) continue;
      auto const home = co_await tenants.get(place.tenant_id);
      if (!home && home.error().code == errc::unavailable) throw error(home.error());
      bool const going = home ? home->state == tenant_state::deleting : home.error().code == errc::not_found;
      if (!going) {
        auto guard = co_await require_another_owner(core, place.tenant_id, id);
        b.add(std::move(guard));
      }
      b.add(erase<membership>(place.id).when(&membership::revision, place.revision));
      if (b.changes().size() > 2 * owned_together)
        throw error(errc::quota_exceeded, "the user owns too many tenants: leave some of them first");
    }
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
}

task<user> begin(engine_core& core, user_id id, audit_entry const& entry) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto const seen = (co_await system_records<user>(core).get(id)).value();
    if (seen.state == user_state::deleting) co_return seen;
    batch b;
    co_await give_up_ownership(core, id, b);
    b.add(update<user>(id)
              .set(&user::state, user_state::deleting)
              .set(&user::revision, seen.revision + 1)
              .when(&user::revision, seen.revision));
    note_in(b, entry);
    auto const written = co_await write_revoking(core, std::move(b));
    if (written) co_return seen;
    if (!was_overtaken(written.error())) throw error(written.error());
  }
  throw error(errc::conflict, "the user kept changing");
}

}  // namespace

task<erasure_report> erase_user(engine_core& core, user_id id, audit_entry entry) {
  auto const who = co_await begin(core, id, entry);
  erasure_tally tally;
  bool left = true;
  for (int pass = 0; left && pass < erasure_passes; ++pass) {
    co_await stop_turns(core, id);
    co_await core.accounting->usage.write();
    co_await erase_everywhere(core, id, tally);
    co_await erase_sessions(core, id, tally);
    for (auto& rows : system_rows_of(who)) co_await erase_counted(core, system_rows(), rows, tally);
    left = co_await any_left(core, who);
  }
  if (left) throw error(errc::data_loss, "rows of the user are left");
  auto last = erase<user>(id).when(&user::state, user_state::deleting);
  auto const gone = co_await system_records<user>(core).write(std::move(last));
  if (!gone && gone.error().code != errc::not_found) throw error(gone.error());
  tally.add(description_of<user>().table, gone ? 1 : 0);
  co_return tally.report();
}

}  // namespace sambung
