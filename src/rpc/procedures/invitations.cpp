#include <sambung/rpc/procedures/invitations.hpp>

#include "rpc/procedures/credential_input.hpp"

namespace sambung {
namespace {

task<invitation_create_output> create_invitation(workspace desk, invitation_create_input in) {
  auto invitations = desk.invitations();
  std::chrono::hours const lifetime(in.expires_in_hours);
  auto made = co_await invitations.create(std::move(in.email), in.role, lifetime);
  invitation_create_output out;
  out.record = std::move(made.record);
  out.secret = made.secret.view();
  co_return out;
}

task<list_output<invitation>> list_invitations(workspace desk, list_input in) {
  auto invitations = desk.invitations();
  auto found = co_await invitations.list(to_page_request(std::move(in)));
  co_return to_list(std::move(found));
}

task<nothing> revoke_invitation(workspace desk, invitation_reference in) {
  auto invitations = desk.invitations();
  co_await invitations.revoke(in.id);
  co_return nothing();
}

task<tenant_membership> accept_invitation(account self, invitation_accept_input in) {
  co_return co_await self.accept_invitation(std::move(in.secret));
}

}  // namespace

record_description describe_record(record_of<invitation_create_input>) {
  return record<invitation_create_input>()
      .text(&invitation_create_input::email, 3, max_email_bytes)
      .range(&invitation_create_input::expires_in_hours, 1, 720)
      .optional(&invitation_create_input::role)
      .optional(&invitation_create_input::expires_in_hours);
}

record_description describe_record(record_of<invitation_accept_input>) {
  return record<invitation_accept_input>().text(&invitation_accept_input::secret, 1, max_token_bytes);
}

void invitation_procedures(procedure_registry& registry) {
  registry.call<invitation_create_input, invitation_create_output>("invitation.create", permission::member_manage,
                                                                   "Invites an address; the secret is shown this once.",
                                                                   create_invitation);
  registry.call<list_input, list_output<invitation>>("invitation.getAll",
                                                     {permission::member_manage, request_class::read},
                                                     "Lists the tenant's invitations, newest first.", list_invitations);
  registry.call<invitation_reference, nothing>("invitation.revoke", permission::member_manage,
                                               "Takes back an invitation that is pending.", revoke_invitation);
  registry.call<invitation_accept_input, tenant_membership>(
      "invitation.accept", {permission::account, request_class::credentials},
      "Makes the caller a member of the tenant.", accept_invitation);
}

}  // namespace sambung
