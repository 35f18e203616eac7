#include <sambung/records/prompt_template.hpp>
#include <sambung/storage/described_row.hpp>

#include "core/enum_name.hpp"
#include "services/accounting/accounting_state.hpp"
#include "services/accounting/usage_meter.hpp"
#include "services/auth/leaving.hpp"
#include "services/base/access.hpp"
#include "services/base/memberships.hpp"
#include "services/base/owned_rows.hpp"
#include "services/base/part_erasing.hpp"
#include "services/base/row_erasing.hpp"
#include "services/base/system_records.hpp"
#include "services/base/tenant_walk.hpp"
#include "services/erasure/erasure.hpp"
#include "services/erasure/erasure_tally.hpp"
#include "services/erasure/shared_prompts.hpp"
#include "services/templates/templates_state.hpp"
#include "services/turns/turn_stopping.hpp"
#include "services/turns/turns_state.hpp"

#include <algorithm>
#include <ranges>

namespace sambung {
namespace {

// The most tenants whose ownership is given up in one batch.
constexpr std::size_t owned_together = 1'000;

scope rows_of(record_description const& table, std::optional<tenant_id> where) {
  return table.scope == table_scope::system ? system_rows() : tenant_rows(*where);
}

// --- what there is of a user
// ------------------------------------------------------------------------------------------

// What an erasure walks, each in the order in which it goes: first what is closed, so that nothing begins in it any
// more; then children before parents. The user's own row is not among it.
struct owned {
  explicit owned(schema const& s) {
    auto const all = owned_tables(s);
    for (auto const* table : std::views::reverse(all)) {
      if (!table->ownership.not_erased.empty() || table->table == description_of<user>().table) continue;
      (is_read_by_tenant(*table) ? by_tenant : of_user).push_back(table);
    }
    auto const closed = [](auto const* table) { return !table->ownership.closed_by.column.empty(); };
    std::ranges::stable_partition(by_tenant, closed);
    std::ranges::stable_partition(of_user, closed);
  }

  table_list by_tenant;
  table_list of_user;
};

// --- erasing
// ----------------------------------------------------------------------------------------------------------

// The rows that a query finds, page by page.
class row_pages {
 public:
  row_pages(engine_core& core, scope who, record_description const& table, query which)
      : core_(core), who_(who), table_(table), which_(std::move(which).limit(erasing_step)) {}

  // Empty behind the last page.
  task<std::optional<std::vector<row>>> next() {
    if (!more_) co_return std::nullopt;
    auto found = (co_await core_.store->read(who_, which_)).value();
    more_ = found.more;
    if (more_) which_ = std::move(which_).after(detail::place_of(found.items.back(), which_, table_));
    co_return std::move(found.items);
  }

  // Of a table of which some rows are the user's: those of the next page. Whose a damaged row is, nobody can tell:
  // throws error(errc::data_loss).
  task<std::optional<std::vector<row>>> next_own() {
    auto all = co_await next();
    if (!all) co_return std::nullopt;
    std::vector<row> own;
    for (auto& one : *all) {
      if (!json_of_row(table_, one)) throw error(errc::data_loss, "a row that an erasure goes by is damaged");
      if (says(table_, one, table_.ownership.owned_when)) own.push_back(std::move(one));
    }
    co_return own;
  }

 private:
  engine_core& core_;
  scope who_;
  record_description const& table_;
  query which_;
  bool more_ = true;
};

task<void> erase_mixed(engine_core& core, scope who, record_description const& table, query which,
                       erasing_observer const& told) {
  told(table.table, 0);
  row_pages pages(core, who, table, std::move(which));
  while (auto own = co_await pages.next_own())
    for (auto& one : *own) co_await erase_whole_row(core, who, table, std::move(one), told);
}

// What is shared goes only when nobody takes it.
task<void> erase_prompts(engine_core& core, tenant_id home, user_id whose, query which, erasure_tally& tally,
                         erasing_observer const& told) {
  auto const& table = description_of<prompt_template>();
  column_word const shared{"visibility", name_of(visibility::tenant)};
  auto const who = tenant_rows(home);
  told(table.table, 0);
  tally.add_handed_over(table.table, 0);
  row_pages pages(core, who, table, std::move(which));
  while (auto found = co_await pages.next())
    for (auto& one : *found) {
      auto const* const id = std::get_if<uuid>(&one.front());
      auto left = shared_prompt::of_nobody_else;
      if (id && says(table, one, shared)) left = co_await leave_prompt(core, home, prompt_template_id(*id), whose);
      if (left == shared_prompt::handed_over) tally.add_handed_over(table.table, 1);
      if (left != shared_prompt::of_nobody_else) continue;
      co_await erase_whole_row(core, who, table, std::move(one), told);
    }
}

task<bool> any_mixed(engine_core& core, scope who, record_description const& table, query which) {
  row_pages pages(core, who, table, std::move(which));
  while (auto const own = co_await pages.next_own())
    if (!own->empty()) co_return true;
  co_return false;
}

bool is_mixed(record_description const& table) { return !table.ownership.owned_when.column.empty(); }

task<void> erase_in(engine_core& core, table_list const& all, row_owner const& whose, std::optional<tenant_id> where,
                    erasure_tally& tally) {
  erasing_observer const told = [&](std::string_view table, std::int64_t rows) { tally.add(table, rows); };
  for (auto const* table : all) {
    auto which = owned_rows(*table, whose, where);
    if (!which) continue;
    if (table->table == description_of<prompt_template>().table) {
      co_await erase_prompts(core, *where, whose.id, std::move(*which), tally, told);
      continue;
    }
    auto const who = rows_of(*table, where);
    auto erased = is_mixed(*table) ? &erase_mixed : &erase_whole_rows;
    co_await erased(core, who, *table, std::move(*which), told);
  }
}

task<bool> any_left_in(engine_core& core, table_list const& all, row_owner const& whose,
                       std::optional<tenant_id> where) {
  for (auto const* table : all) {
    auto which = owned_rows(*table, whose, where);
    if (!which) continue;
    auto const who = rows_of(*table, where);
    bool left = false;
    if (is_mixed(*table)) left = co_await any_mixed(core, who, *table, std::move(*which));
    else left = co_await any_row(core, who, std::move(*which));
    if (left) co_return true;
  }
  co_return false;
}

task<void> erase_everywhere(engine_core& core, owned const& all, row_owner const& whose, erasure_tally& tally) {
  tenant_walk tenants(core);
  while (auto const place = co_await tenants.next()) {
    co_await erase_in(core, all.by_tenant, whose, *place, tally);
  }
  co_await erase_in(core, all.of_user, whose, std::nullopt, tally);
}

task<bool> any_left(engine_core& core, owned const& all, row_owner const& whose) {
  bool const left = co_await any_left_in(core, all.of_user, whose, std::nullopt);
  if (left) co_return true;
  tenant_walk tenants(core);
  while (auto const place = co_await tenants.next()) {
    bool const there = co_await any_left_in(core, all.by_tenant, whose, *place);
    if (there) co_return true;
  }
  co_return false;
}

// --- the first batch
// --------------------------------------------------------------------------------------------------

task<bool> is_going(engine_core& core, tenant_id id) {
  auto const home = co_await system_records<tenant>(core).get(id);
  if (!home && home.error().code == errc::unavailable) throw error(home.error());
  co_return home ? home->state == tenant_state::deleting : home.error().code == errc::not_found;
}

// Ownership is given up together with the life of the user, so that of two owners who go at once one stays.
task<void> give_up_ownership(engine_core& core, user_id id, batch& b) {
  auto const places = system_records<membership>(core);
  page_request which(max_page_size);
  do {
    auto listed = co_await places.list(memberships_of(id), which);
    auto found = undamaged(std::move(listed));
    for (auto const& place : found.items) {
      if (place.role != member_role::owner) continue;
      bool const going = co_await is_going(core, place.tenant_id);
      if (!going) {
        auto guard = co_await as_result(require_another_owner(core, place.tenant_id, id));
        if (guard) b.add(std::move(*guard));
        // Its members go behind its state: those of one that has begun to go since it was read may be gone.
        else if (bool const goes = co_await is_going(core, place.tenant_id); !goes) throw error(guard.error());
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
  owned const all(*core.schema);
  row_owner const whose{id, who.email};
  erasure_tally tally;
  bool left = true;
  for (int pass = 0; left && pass < erasure_passes; ++pass) {
    co_await stop_turns(core, id);
    co_await core.accounting->usage.write();
    co_await erase_everywhere(core, all, whose, tally);
    left = co_await any_left(core, all, whose);
  }
  if (left) throw error(errc::data_loss, "rows of the user are left");
  core.turns->paths.forget_all();
  core.templates->compiled.forget_all();
  auto last = erase<user>(id).when(&user::state, user_state::deleting);
  auto const gone = co_await system_records<user>(core).write(std::move(last));
  if (!gone && gone.error().code != errc::not_found) throw error(gone.error());
  tally.add(description_of<user>().table, gone ? 1 : 0);
  co_return tally.report();
}

}  // namespace sambung
