// member.*: who belongs to the tenant.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/listing.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

// member.getAll, member.get, member.setRole, member.suspend, member.resume, member.remove.
SAMBUNG_API void member_procedures(procedure_registry& registry);

struct member_reference {
  sambung::user_id user_id;
};
SAMBUNG_DESCRIBE_STRUCT(member_reference, (), (user_id))

struct member_role_input : member_reference {
  member_role role = member_role::member;
};
SAMBUNG_DESCRIBE_STRUCT(member_role_input, (member_reference), (role))

}  // namespace sambung
