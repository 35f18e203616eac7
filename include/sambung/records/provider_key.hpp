#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

// user: its owner's calls use it, nobody else's. tenant: the calls of every member.
enum class key_owner { user, tenant };
SAMBUNG_DESCRIBE_ENUM(key_owner, user, tenant)

enum class key_state { active, disabled };
SAMBUNG_DESCRIBE_ENUM(key_state, active, disabled)

// A key to a model vendor, in the vault: encrypted, and bound to tenant, owner, provider, host and this row, so that it
// decrypts nowhere else. A tenant record.
struct provider_key {
  provider_key_id id;
  sambung::user_id user_id;  // who made it; the owner of a user's key
  key_owner owner = key_owner::user;
  std::string provider;   // "openai": the name in the registry
  std::string host;       // the only one it is ever sent to: "api.openai.com", with ":port" unless it is the usual one
  std::string name;       // to recognise it by
  std::string envelope;   // see security/envelope.hpp
  std::string last_four;  // of the key; empty for keys under 16 bytes
  key_state state = key_state::active;
  timestamp created_at;
  timestamp updated_at;
  std::int64_t revision = 1;
};
SAMBUNG_DESCRIBE_STRUCT(provider_key, (),
                        (id, user_id, owner, provider, host, name, envelope, last_four, state, created_at, updated_at,
                         revision))

SAMBUNG_API record_description describe_record(record_of<provider_key>);

}  // namespace sambung
