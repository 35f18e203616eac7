#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

// A sign-in that lasts. Only the SHA-256 of its token is kept. A family of refresh tokens belongs to a session too, and
// dies with it. A system record: it is read before there is a scope.
struct session {
  session_id id;
  sambung::user_id user_id;
  std::optional<sambung::tenant_id> tenant_id;  // the active one; empty for a member of none
  std::string hash;                             // of the token, 64 hexadecimal digits
  std::string address;                          // of the client at sign-in
  std::string user_agent;                       // at sign-in, cut to 512 bytes
  timestamp created_at;
  timestamp updated_at;  // when it was last extended
  timestamp expires_at;
  std::int64_t revision = 1;
};
SAMBUNG_DESCRIBE_STRUCT(session, (),
                        (id, user_id, tenant_id, hash, address, user_agent, created_at, updated_at, expires_at,
                         revision))

SAMBUNG_API record_description describe_record(record_of<session>);

}  // namespace sambung
