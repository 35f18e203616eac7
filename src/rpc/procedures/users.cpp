#include <sambung/rpc/procedures/users.hpp>

#include "rpc/procedures/credential_input.hpp"

namespace sambung {
namespace {

task<user> get_profile(account self, nothing) { co_return co_await self.profile(); }

task<user> update_settings(account self, profile_update in) { co_return co_await self.update(std::move(in)); }

task<nothing> change_password(account self, password_change_input in) {
  auto current = take_secret(in.current_password);
  auto wanted = take_secret(in.new_password);
  co_await self.change_password(std::move(current), std::move(wanted));
  co_return nothing();
}

task<list_output<session_output>> list_sessions(account self, list_input in) {
  auto found = co_await self.sessions(to_page_request(std::move(in)));
  list_output<session_output> out;
  for (auto& one : found.items) out.items.push_back(to_session_output(std::move(one), self.who().session()));
  out.next_cursor = std::move(found.next_cursor);
  out.damaged = static_cast<std::int64_t>(found.damaged);
  co_return out;
}

task<nothing> revoke_session(call_context& from, session_reference in) {
  account const self = *from.self();
  co_await self.revoke_session(in.id);
  if (self.who().session() == in.id) from.change_session(session_change());
  co_return nothing();
}

task<nothing> revoke_other_sessions(account self, nothing) {
  co_await self.revoke_other_sessions();
  co_return nothing();
}

task<list_output<exported_record>> export_data(account self, list_input in) {
  auto found = co_await self.export_data(to_page_request(std::move(in)));
  co_return to_list(std::move(found));
}

task<nothing> delete_account(call_context& from, account_deletion_input in) {
  account const self = *from.self();
  co_await self.erase(take_secret(in.password));
  if (self.who().session()) from.change_session(session_change());
  co_return nothing();
}

}  // namespace

record_description describe_record(record_of<password_change_input>) {
  return record<password_change_input>()
      .text(&password_change_input::current_password, 1, max_typed_password_bytes)
      .text(&password_change_input::new_password, 1, max_typed_password_bytes);
}

record_description describe_record(record_of<account_deletion_input>) {
  return record<account_deletion_input>().text(&account_deletion_input::password, 1, max_typed_password_bytes);
}

void user_procedures(procedure_registry& registry) {
  procedure_demand const read(permission::account, request_class::read);
  procedure_demand const proof(permission::account, request_class::credentials);
  registry.call<nothing, user>("user.getProfile", read, "Reads the caller.", get_profile);
  registry.call<profile_update, user>("user.updateSettings", permission::account,
                                      "Changes the caller's profile and settings.", update_settings);
  registry.call<password_change_input, nothing>("user.changePassword", proof,
                                                "Replaces the password and ends every other session.", change_password);
  registry.call<list_input, list_output<session_output>>("user.listSessions", read,
                                                         "Lists the caller's sessions, newest first.", list_sessions);
  registry.call<session_reference, nothing>("user.revokeSession", permission::account,
                                            "Ends one of the caller's sessions.", revoke_session);
  registry.call<nothing, nothing>("user.revokeOtherSessions", permission::account,
                                  "Ends every session of the caller but this one.", revoke_other_sessions);
  registry.call<list_input, list_output<exported_record>>(
      "user.exportData", read, "Gives everything that is stored about the caller.", export_data);
  registry.call<account_deletion_input, nothing>("user.deleteAccount", proof,
                                                 "Erases the caller and their data in every tenant.", delete_account);
}

}  // namespace sambung
