// invitation.*: ways into the tenant.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/listing.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

// invitation.create, invitation.getAll, invitation.revoke, invitation.accept.
SAMBUNG_API void invitation_procedures(procedure_registry& registry);

struct invitation_create_input {
  std::string email;
  member_role role = member_role::member;
  std::int64_t expires_in_hours = 72;  // 1 to 720
};
SAMBUNG_DESCRIBE_STRUCT(invitation_create_input, (), (email, role, expires_in_hours))
SAMBUNG_API record_description describe_record(record_of<invitation_create_input>);

struct invitation_create_output {
  invitation record;
  std::string secret;  // shown this once
};
SAMBUNG_DESCRIBE_STRUCT(invitation_create_output, (), (record, secret))

struct invitation_reference {
  invitation_id id;
};
SAMBUNG_DESCRIBE_STRUCT(invitation_reference, (), (id))

struct invitation_accept_input {
  std::string secret;
};
SAMBUNG_DESCRIBE_STRUCT(invitation_accept_input, (), (secret))
SAMBUNG_API record_description describe_record(record_of<invitation_accept_input>);

}  // namespace sambung
