#include <sambung/rpc/procedures/tenants.hpp>

namespace sambung {
namespace {

task<list_output<tenant_membership>> list_tenants(account self, list_input in) {
  auto found = co_await self.tenants(to_page_request(std::move(in)));
  co_return to_list(std::move(found));
}

task<tenant> get_tenant(workspace desk, nothing) { co_return co_await desk.tenant(); }

task<tenant> create_tenant(account self, tenant_create_input in) {
  co_return co_await self.create_tenant(std::move(in.name));
}

task<tenant_place_output> switch_tenant(account self, tenant_reference in) {
  auto const now = co_await self.switch_tenant(in.id);
  auto const place = now.place();
  if (!place) throw error(errc::internal, "switched to no tenant");
  co_return tenant_place_output{place->tenant, place->role};
}

task<tenant> rename_tenant(workspace desk, tenant_update_input in) {
  co_return co_await desk.rename_tenant(std::move(in.name), in.revision);
}

task<nothing> leave_tenant(account self, tenant_reference in) {
  co_await self.leave_tenant(in.id);
  co_return nothing();
}

task<void> demand_name(workspace desk, tenant_confirmation_input in) {
  auto const found = co_await desk.tenant();
  if (in.name == found.name) co_return;
  issue other{"name", "must be the tenant's name"};
  throw error(failure(errc::invalid_argument, "the name is not the tenant's", {std::move(other)}));
}

task<tenant> suspend_tenant(workspace desk, tenant_confirmation_input in) {
  co_await demand_name(desk, std::move(in));
  co_return co_await desk.suspend_tenant();
}

task<tenant> resume_tenant(account self, tenant_reference in) { co_return co_await self.resume_tenant(in.id); }

task<erasure_report> erase_tenant(workspace desk, tenant_confirmation_input in) {
  co_await demand_name(desk, std::move(in));
  co_return co_await desk.erase_tenant();
}

}  // namespace

record_description describe_record(record_of<tenant_create_input>) {
  return record<tenant_create_input>().text(&tenant_create_input::name, 1, 100);
}

record_description describe_record(record_of<tenant_update_input>) {
  return record<tenant_update_input>().range(&tenant_update_input::revision, 1,
                                             std::numeric_limits<std::int64_t>::max());
}

record_description describe_record(record_of<tenant_confirmation_input>) {
  return record<tenant_confirmation_input>().text(&tenant_confirmation_input::name, 1, 100);
}

void tenant_procedures(procedure_registry& registry) {
  registry.call<list_input, list_output<tenant_membership>>("tenant.getAll", {permission::account, request_class::read},
                                                            "Lists the tenants that the caller belongs to.",
                                                            list_tenants);
  registry.call<nothing, tenant>("tenant.get", permission::tenant_read, "Reads the tenant that the caller acts in.",
                                 get_tenant);
  registry.call<tenant_create_input, tenant>("tenant.create", permission::account,
                                             "Makes a tenant with the caller as its owner.", create_tenant);
  registry.call<tenant_reference, tenant_place_output>("tenant.switch", permission::account,
                                                       "Makes another tenant the session's active one.", switch_tenant);
  registry.call<tenant_update_input, tenant>("tenant.update", permission::tenant_manage, "Renames the tenant.",
                                             rename_tenant);
  registry.call<tenant_confirmation_input, tenant>("tenant.suspend", permission::tenant_delete,
                                                   "Lets nobody act in the tenant until it is resumed.",
                                                   suspend_tenant);
  registry.call<tenant_reference, tenant>("tenant.resume", permission::account,
                                          "Ends the suspension of a tenant by one of its owners.", resume_tenant);
  registry.call<tenant_reference, nothing>("tenant.leave", permission::account, "Ends the caller's membership.",
                                           leave_tenant);
  registry.call<tenant_confirmation_input, erasure_report>("tenant.delete", permission::tenant_delete,
                                                           "Erases the tenant and everything in it.", erase_tenant);
}

}  // namespace sambung
