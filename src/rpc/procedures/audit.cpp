#include <sambung/rpc/procedures/audit.hpp>

namespace sambung {
namespace {

task<list_output<audit_entry>> list_entries(workspace desk, audit_list_input in) {
  auto const audit = desk.audit();
  auto which = to_page_request(in);
  auto found = co_await audit.list(std::move(which), in.actor_id);
  co_return to_list(std::move(found));
}

}  // namespace

void audit_procedures(procedure_registry& registry) {
  registry.call<audit_list_input, list_output<audit_entry>>(
      "audit.list", permission::audit_read, "Lists what was changed in the tenant, newest first.", list_entries);
}

}  // namespace sambung
