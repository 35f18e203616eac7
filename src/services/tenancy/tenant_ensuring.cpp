#include <sambung/services/tenancy/tenants.hpp>

#include "services/tenancy/ensuring.hpp"
#include "services/tenancy/tenant_changes.hpp"

namespace sambung {
namespace {

task<tenant> ensure_made_tenant(engine_core& core, query by, tenant made) {
  audit_note note("tenant.create", to_string(made.id), made.name);
  co_return co_await ensure_record(core, std::move(by), std::move(made), std::move(note),
                                   "a tenant of that name exists");
}

task<tenant> ensure_tenant_with_id(core_ptr core, tenant_id id, std::string name) {
  auto made = new_tenant(*core, std::move(name));
  made.id = id;
  auto by = collection<tenant>::where(&tenant::id, id);
  co_return co_await ensure_made_tenant(*core, std::move(by), std::move(made));
}

task<tenant> ensure_external_tenant(core_ptr core, std::string external_id, std::string name) {
  auto made = new_tenant(*core, std::move(name));
  made.external_id = std::move(external_id);
  auto by = collection<tenant>::where(&tenant::external_id, made.external_id);
  co_return co_await ensure_made_tenant(*core, std::move(by), std::move(made));
}

task<tenant> find_external_tenant(core_ptr core, std::string external_id) {
  auto const records = system_records<tenant>(*core);
  auto by = records.where(&tenant::external_id, std::move(external_id));
  co_return (co_await records.first(std::move(by))).value();
}

}  // namespace

task<tenant> tenants::ensure(tenant_id id, std::string name) const {
  return ensure_tenant_with_id(core_, id, std::move(name));
}

task<tenant> tenants::ensure(std::string external_id, std::string name) const {
  return ensure_external_tenant(core_, std::move(external_id), std::move(name));
}

task<tenant> tenants::find_external(std::string external_id) const {
  return find_external_tenant(core_, std::move(external_id));
}

}  // namespace sambung
