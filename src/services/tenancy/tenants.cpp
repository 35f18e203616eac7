#include <sambung/services/tenancy/tenants.hpp>

#include <sambung/core/json_codec.hpp>

#include "services/base/name.hpp"
#include "services/base/system_records.hpp"
#include "services/erasure/erasure.hpp"
#include "services/tenancy/tenant_changes.hpp"
#include "services/turns/turn_stopping.hpp"

namespace sambung {
namespace {

audit_entry operators_entry(engine_core const& core, tenant_id id, std::string action, std::string detail = {}) {
  audit_note note(std::move(action), to_string(id), std::move(detail));
  return entry_of(core, id, std::move(note));
}

// How a tenant is to be.
struct wanted_state {
  tenant_state state;
  std::optional<user_id> by;
};

// Empty when the tenant is so already. An owner leaves the operator's suspension as it is.
std::optional<batch> state_change(tenant const& seen, wanted_state const& wanted) {
  if (seen.state == tenant_state::deleting) throw error(errc::conflict, "the tenant is being erased");
  if (seen.state == wanted.state && (wanted.by || !seen.suspended_by)) return std::nullopt;
  batch b;
  b.add(update<tenant>(seen.id)
            .set(&tenant::state, wanted.state)
            .set(&tenant::suspended_by, wanted.by)
            .set(&tenant::revision, seen.revision + 1)
            .when(&tenant::revision, seen.revision));
  return b;
}

// May refuse the tenant as it is, or add to the batch.
using state_check = std::function<void(tenant const&, batch&)>;

task<tenant> change_state(engine_core& core, tenant_id id, wanted_state wanted, audit_entry entry, state_check check) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto seen = (co_await system_records<tenant>(core).get(id)).value();
    auto changes = state_change(seen, wanted);
    if (!changes) co_return seen;
    check(seen, *changes);
    note_in(*changes, entry);
    auto const written = co_await write_revoking(core, std::move(*changes));
    if (!written && was_overtaken(written.error())) continue;
    written.value();
    seen.state = wanted.state;
    seen.suspended_by = wanted.by;
    ++seen.revision;
    co_return seen;
  }
  throw error(errc::conflict, "the tenant kept changing");
}

state_check any_state() {
  return [](tenant const&, batch&) {};
}

}  // namespace

void throw_taken(failure const& why, char const* what) {
  if (why.code == errc::already_exists) throw error(errc::already_exists, what);
  throw error(why);
}

tenant new_tenant(engine_core& core, std::string name) {
  check_name(name);
  tenant made;
  made.id = core.ids->next<tenant_id>();
  made.name = std::move(name);
  made.created_at = core.clock->now();
  validate(made).value();
  return made;
}

task<tenant> rename_tenant(engine_core& core, tenant_id id, std::string name, std::int64_t revision,
                           audit_entry entry) {
  check_name(name);
  auto renamed = (co_await system_records<tenant>(core).get(id)).value();
  entry.detail = renamed.name + " -> " + name;
  renamed.name = std::move(name);
  renamed.revision = revision + 1;
  validate(renamed).value();
  batch b;
  b.add(update<tenant>(id)
            .set(&tenant::name, renamed.name)
            .set(&tenant::revision, renamed.revision)
            .when(&tenant::revision, revision)
            .when(where(&tenant::state, comparison::not_equal, tenant_state::deleting)));
  note_in(b, entry);
  auto const written = co_await write_system(core, std::move(b));
  if (!written && written.error().code == errc::conflict) throw error(errc::conflict, "the tenant has changed since");
  if (!written) throw_taken(written.error(), "a tenant of that name exists");
  co_return renamed;
}

task<tenant> suspend_active(engine_core& core, tenant_id id, std::optional<user_id> by, audit_entry entry) {
  wanted_state const wanted{tenant_state::suspended, by};
  auto changed = co_await change_state(core, id, wanted, std::move(entry), any_state());
  co_await stop_turns(core, id);
  co_return changed;
}

task<tenant> resume_suspended(engine_core& core, membership by, audit_entry entry) {
  wanted_state const wanted{tenant_state::active, std::nullopt};
  state_check const check = [&](tenant const& seen, batch& b) {
    if (!seen.suspended_by) throw error(errc::permission_denied, "the operator suspended this tenant");
    b.add(require<membership>(by.id).when(&membership::role, by.role).when(&membership::state, by.state));
  };
  co_return co_await change_state(core, by.tenant_id, wanted, std::move(entry), check);
}

namespace {

task<tenant> create_tenant(core_ptr core, std::string name) {
  auto made = new_tenant(*core, std::move(name));
  batch b;
  b.add(insert(made));
  note_in(b, operators_entry(*core, made.id, "tenant.create", made.name));
  auto const written = co_await write_system(*core, std::move(b));
  if (!written) throw_taken(written.error(), "a tenant of that name exists");
  co_return made;
}

task<tenant> read_tenant(core_ptr core, tenant_id id) {
  co_return (co_await system_records<tenant>(*core).get(id)).value();
}

task<tenant> find_tenant(core_ptr core, std::string name) {
  auto records = system_records<tenant>(*core);
  co_return (co_await records.first(records.where(&tenant::name, name))).value();
}

task<page<tenant>> list_tenants(core_ptr core, page_request which) {
  auto records = system_records<tenant>(*core);
  co_return (co_await records.list(records.all(), std::move(which))).value();
}

task<tenant> rename_by_operator(core_ptr core, tenant_id id, std::string name, std::int64_t revision) {
  auto entry = operators_entry(*core, id, "tenant.update");
  co_return co_await rename_tenant(*core, id, std::move(name), revision, std::move(entry));
}

task<tenant> suspend_by_operator(core_ptr core, tenant_id id) {
  auto entry = operators_entry(*core, id, "tenant.suspend");
  co_return co_await suspend_active(*core, id, std::nullopt, std::move(entry));
}

task<tenant> resume_by_operator(core_ptr core, tenant_id id) {
  wanted_state const wanted{tenant_state::active, std::nullopt};
  auto entry = operators_entry(*core, id, "tenant.resume");
  co_return co_await change_state(*core, id, wanted, std::move(entry), any_state());
}

task<erasure_report> erase_by_operator(core_ptr core, tenant_id id) {
  auto entry = operators_entry(*core, id, "tenant.delete");
  co_return co_await erase_tenant(*core, id, std::move(entry));
}

}  // namespace

tenants::tenants(std::shared_ptr<engine_core> core) : core_(std::move(core)) {}

task<tenant> tenants::create(std::string name) const { return create_tenant(core_, std::move(name)); }

task<tenant> tenants::get(tenant_id id) const { return read_tenant(core_, id); }

task<tenant> tenants::find(std::string name) const { return find_tenant(core_, std::move(name)); }

task<page<tenant>> tenants::list(page_request which) const { return list_tenants(core_, std::move(which)); }

task<tenant> tenants::rename(tenant_id id, std::string name, std::int64_t revision) const {
  return rename_by_operator(core_, id, std::move(name), revision);
}

task<tenant> tenants::suspend(tenant_id id) const { return suspend_by_operator(core_, id); }

task<tenant> tenants::resume(tenant_id id) const { return resume_by_operator(core_, id); }

task<erasure_report> tenants::erase(tenant_id id) const { return erase_by_operator(core_, id); }

}  // namespace sambung
