// apiToken.*: the caller's own bearer tokens for the tenant.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/listing.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

// apiToken.getAll, apiToken.create, apiToken.revoke.
SAMBUNG_API void api_token_procedures(procedure_registry& registry);

struct api_token_create_input {
  std::string name;
  std::optional<std::vector<std::string>> scopes;  // names of permissions; none: token_options::scopes
  std::optional<std::int64_t> expires_in_days;     // 1 to 3,650; none: until it is revoked
};
SAMBUNG_DESCRIBE_STRUCT(api_token_create_input, (), (name, scopes, expires_in_days))
SAMBUNG_API record_description describe_record(record_of<api_token_create_input>);

struct api_token_create_output {
  api_token record;
  std::string secret;  // shown this once
};
SAMBUNG_DESCRIBE_STRUCT(api_token_create_output, (), (record, secret))

struct api_token_reference {
  token_id id;
};
SAMBUNG_DESCRIBE_STRUCT(api_token_reference, (), (id))

}  // namespace sambung
