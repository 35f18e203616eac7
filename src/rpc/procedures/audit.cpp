#include <sambung/rpc/procedures/audit.hpp>

namespace sambung {
namespace {

task<list_output<audit_entry>> list(workspace desk, audit_list_input in) {
  auto const audit = desk.audit();
  page_request which(static_cast<std::size_t>(in.limit), std::move(in.cursor));
  auto found = co_await audit.list(std::move(which), in.actor_id);
  co_return to_list(std::move(found));
}

}  // namespace

record_description describe_record(record_of<audit_list_input>) {
  return record<audit_list_input>()
      .range(&audit_list_input::limit, 1, max_page_size)
      .text(&audit_list_input::cursor, 1, 1'000)
      .optional(&audit_list_input::limit);
}

void audit_procedures(procedure_registry& registry) {
  registry.call<audit_list_input, list_output<audit_entry>>(
      "audit.list", permission::audit_read, "Lists what was changed in the tenant, newest first.", list);
}

}  // namespace sambung
