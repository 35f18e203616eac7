#include <sambung/services/tenancy/tenants.hpp>

#include "services/tenancy/ensuring.hpp"
#include "services/tenancy/tenant_changes.hpp"

namespace sambung {
namespace {

record_draft<tenant> draft_tenant(engine_core& core, std::string name) {
  auto made = new_tenant(core, std::move(name));
  audit_note note("tenant.create", {}, made.name);
  return {std::move(made), std::move(note), "a tenant of that name exists"};
}

}  // namespace

task<tenant> tenants::ensure(tenant_id id, std::string name) const {
  return ensure_record(core_, draft_tenant, &tenant::id, id, std::move(name));
}

task<tenant> tenants::ensure(std::string external_id, std::string name) const {
  return ensure_record(core_, draft_tenant, &tenant::external_id, std::optional(std::move(external_id)),
                       std::move(name));
}

task<tenant> tenants::find_external(std::string external_id) const {
  return find_external_record<tenant>(core_, std::move(external_id));
}

}  // namespace sambung
