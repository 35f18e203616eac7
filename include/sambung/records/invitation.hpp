#pragma once

#include <sambung/core/export.hpp>
#include <sambung/records/membership.hpp>

namespace sambung {

enum class invitation_state { pending, accepted, revoked };
SAMBUNG_DESCRIBE_ENUM(invitation_state, pending, accepted, revoked)

// A way into a tenant for whoever holds its one-time secret and signs in with its address. Only the secret's SHA-256 is
// kept. A system record: it is read before there is a scope.
struct invitation {
  invitation_id id;
  sambung::tenant_id tenant_id;
  std::string email;
  member_role role = member_role::member;
  user_id invited_by;
  std::string hash;  // of the secret, 64 hexadecimal digits
  invitation_state state = invitation_state::pending;
  timestamp created_at;
  timestamp expires_at;
  std::int64_t revision = 1;
};
SAMBUNG_DESCRIBE_STRUCT(invitation, (),
                        (id, tenant_id, email, role, invited_by, hash, state, created_at, expires_at, revision))

SAMBUNG_API record_description describe_record(record_of<invitation>);

}  // namespace sambung
