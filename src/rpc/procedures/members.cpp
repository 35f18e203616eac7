#include <sambung/rpc/procedures/members.hpp>

namespace sambung {
namespace {

task<list_output<member>> list_members(workspace desk, list_input in) {
  auto members = desk.members();
  auto found = co_await members.list(to_page_request(std::move(in)));
  co_return to_list(std::move(found));
}

task<member> get_member(workspace desk, member_reference in) {
  auto members = desk.members();
  co_return co_await members.get(in.user_id);
}

task<member> set_role(workspace desk, member_role_input in) {
  auto members = desk.members();
  co_return co_await members.set_role(in.user_id, in.role);
}

task<member> suspend_member(workspace desk, member_reference in) {
  auto members = desk.members();
  co_return co_await members.suspend(in.user_id);
}

task<member> resume_member(workspace desk, member_reference in) {
  auto members = desk.members();
  co_return co_await members.resume(in.user_id);
}

task<nothing> remove_member(workspace desk, member_reference in) {
  auto members = desk.members();
  co_await members.remove(in.user_id);
  co_return nothing();
}

}  // namespace

void member_procedures(procedure_registry& registry) {
  registry.call<list_input, list_output<member>>("member.getAll", permission::tenant_read,
                                                 "Lists the tenant's members, newest first.", list_members);
  registry.call<member_reference, member>("member.get", permission::tenant_read, "Reads one member.", get_member);
  registry.call<member_role_input, member>("member.setRole", permission::member_manage, "Changes a member's role.",
                                           set_role);
  registry.call<member_reference, member>("member.suspend", permission::member_manage,
                                          "Lets a member do nothing in the tenant until they are resumed.",
                                          suspend_member);
  registry.call<member_reference, member>("member.resume", permission::member_manage,
                                          "Ends the suspension of a member.", resume_member);
  registry.call<member_reference, nothing>("member.remove", permission::member_manage, "Ends another's membership.",
                                           remove_member);
}

}  // namespace sambung
