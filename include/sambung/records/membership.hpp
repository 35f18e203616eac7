#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

enum class member_role { owner, admin, member, viewer };
SAMBUNG_DESCRIBE_ENUM(member_role, owner, admin, member, viewer)

// suspended: does not act in the tenant, nothing is lost.
enum class membership_state { active, suspended };
SAMBUNG_DESCRIBE_ENUM(membership_state, active, suspended)

// A user's place in a tenant. A system record: it is read to find out which scope a caller gets.
struct membership {
  membership_id id;
  sambung::tenant_id tenant_id;
  sambung::user_id user_id;
  member_role role = member_role::member;
  timestamp created_at;
  std::int64_t revision = 1;  // also goes up when they make what hangs on it: a token, an invitation
  membership_state state = membership_state::active;
};
SAMBUNG_DESCRIBE_STRUCT(membership, (), (id, tenant_id, user_id, role, created_at, revision, state))

SAMBUNG_API record_description describe_record(record_of<membership>);

}  // namespace sambung
