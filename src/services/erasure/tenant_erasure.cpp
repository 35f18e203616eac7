#include <sambung/records/membership.hpp>
#include <sambung/records/security_epoch.hpp>
#include <sambung/records/tenant.hpp>

#include "services/accounting/accounting_state.hpp"
#include "services/accounting/usage_meter.hpp"
#include "services/auth/invitation_use.hpp"
#include "services/auth/leaving.hpp"
#include "services/base/access.hpp"
#include "services/base/owned_rows.hpp"
#include "services/base/row_erasing.hpp"
#include "services/base/system_records.hpp"
#include "services/erasure/erasure.hpp"
#include "services/erasure/erasure_tally.hpp"
#include "services/templates/templates_state.hpp"
#include "services/turns/turn_stopping.hpp"
#include "services/turns/turns_state.hpp"

#include <iterator>
#include <ranges>

namespace sambung {
namespace {

// What to erase: rows of one table in one scope.
struct target {
  target(scope where_, query which_) : where(where_), which(std::move(which_)) {}

  scope where;
  query which;
};

// The rows of the system that go with a tenant: what the table says, and how many invitations are open, which are named
// after it.
void add_of_system(std::vector<target>& all, record_description const& table, tenant_id id) {
  auto const system = system_rows();
  if (table.table == description_of<security_epoch>().table)
    all.emplace_back(system, collection<security_epoch>::where(&security_epoch::id, invitations_of(id)));
  if (table.ownership.tenant.empty()) return;
  condition in_it(table.ownership.tenant, comparison::equal, value(id.value));
  all.emplace_back(system, indexed_rows(table, {std::move(in_it)}, direction::descending));
}

// Children before parents: every row of the tenant's own tables, then those of the system's that go with it.
std::vector<target> targets_of(engine_core const& core, tenant_id id) {
  std::vector<target> own;
  std::vector<target> of_system;
  for (auto const& module : std::views::reverse(core.schema->modules()))
    for (auto const& table : std::views::reverse(module.tables()))
      if (table.scope == table_scope::tenant) own.emplace_back(tenant_rows(id), query(table.table));
      else add_of_system(of_system, table, id);
  own.insert(own.end(), std::make_move_iterator(of_system.begin()), std::make_move_iterator(of_system.end()));
  return own;
}

task<void> leave_sessions(engine_core& core, tenant_id id) {
  auto const places = system_records<membership>(core);
  page_request which(max_page_size);
  do {
    auto listed = co_await places.list(places.where(&membership::tenant_id, id), which);
    auto found = undamaged(std::move(listed));
    for (auto const& place : found.items) co_await clear_sessions(core, id, place.user_id);
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
}

task<void> erase_targets(engine_core& core, std::vector<target> const& all, erasure_tally& tally) {
  for (auto const& one : all) {
    auto const erased = co_await as_result(erase_rows(core, one.where, one.which));
    // A parent whose child was written after the children had gone: the next pass erases both.
    if (!erased && erased.error().code != errc::conflict) throw error(erased.error());
    tally.add(one.which.table(), erased ? *erased : 0);
  }
}

task<std::optional<std::string>> table_with_rows(engine_core& core, std::vector<target> const& all) {
  for (auto const& one : all) {
    bool const left = co_await any_row(core, one.where, one.which);
    if (left) co_return one.which.table();
  }
  co_return std::nullopt;
}

// The state, the revocation and the entry, in one batch; nothing when it is deleting already.
task<void> begin(engine_core& core, tenant_id id, audit_entry const& entry) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto const seen = (co_await system_records<tenant>(core).get(id)).value();
    if (seen.state == tenant_state::deleting) co_return;
    batch b;
    b.add(update<tenant>(id)
              .set(&tenant::state, tenant_state::deleting)
              .set(&tenant::revision, seen.revision + 1)
              .when(&tenant::revision, seen.revision));
    note_in(b, entry);
    auto const written = co_await write_revoking(core, std::move(b));
    if (written) co_return;
    if (written.error().code != errc::conflict) throw error(written.error());
  }
  throw error(errc::conflict, "the tenant kept changing");
}

}  // namespace

task<erasure_report> erase_tenant(engine_core& core, tenant_id id, audit_entry entry) {
  co_await begin(core, id, entry);
  auto const all = targets_of(core, id);
  erasure_tally tally;
  std::optional<std::string> left("every table");
  for (int pass = 0; left && pass < erasure_passes; ++pass) {
    co_await stop_turns(core, id);
    co_await core.accounting->usage.write();
    co_await leave_sessions(core, id);
    co_await erase_targets(core, all, tally);
    left = co_await table_with_rows(core, all);
  }
  if (left) throw error(errc::data_loss, "rows of the tenant are left in " + *left);
  core.turns->paths.forget_all();
  core.templates->compiled.forget_all();
  auto last = erase<tenant>(id).when(&tenant::state, tenant_state::deleting);
  auto const gone = co_await system_records<tenant>(core).write(std::move(last));
  if (!gone && gone.error().code != errc::not_found) throw error(gone.error());
  tally.add(description_of<tenant>().table, gone ? 1 : 0);
  co_return tally.report();
}

}  // namespace sambung
