// audit.list: what was changed in the tenant, by whom, from where.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/listing.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

SAMBUNG_API void audit_procedures(procedure_registry& registry);

struct audit_list_input : list_input {
  std::optional<user_id> actor_id;  // only what that user did
};
SAMBUNG_DESCRIBE_STRUCT(audit_list_input, (list_input), (actor_id))

}  // namespace sambung
