#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/json_codec.hpp>

namespace sambung {

// A bearer token of a user in a tenant. Only its SHA-256 is kept. A system record: it is read before there is a scope.
struct api_token {
  token_id id;
  sambung::tenant_id tenant_id;
  sambung::user_id user_id;
  std::string name;
  std::string hash;       // SHA-256 of the token, 64 hexadecimal digits
  std::string last_four;  // of the token, to recognise it by
  timestamp created_at;
  std::int64_t revision = 1;
  std::vector<std::string> scopes;        // names of permissions, see permissions.hpp
  std::optional<timestamp> expires_at;    // empty: never
  std::optional<timestamp> last_used_at;  // to the minute
};
SAMBUNG_DESCRIBE_STRUCT(api_token, (),
                        (id, tenant_id, user_id, name, hash, last_four, created_at, revision, scopes, expires_at,
                         last_used_at))

SAMBUNG_API record_description describe_record(record_of<api_token>);

}  // namespace sambung
