// tenant.*: the tenants that the caller belongs to, and the one they act in.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/listing.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

// tenant.getAll, tenant.get, tenant.create, tenant.switch, tenant.update, tenant.suspend, tenant.resume, tenant.leave,
// tenant.delete.
SAMBUNG_API void tenant_procedures(procedure_registry& registry);

struct tenant_create_input {
  std::string name;
};
SAMBUNG_DESCRIBE_STRUCT(tenant_create_input, (), (name))
SAMBUNG_API record_description describe_record(record_of<tenant_create_input>);

struct tenant_reference {
  tenant_id id;
};
SAMBUNG_DESCRIBE_STRUCT(tenant_reference, (), (id))

struct tenant_update_input : tenant_create_input {
  std::int64_t revision = 0;  // of the tenant that the caller saw
};
SAMBUNG_DESCRIBE_STRUCT(tenant_update_input, (tenant_create_input), (revision))
SAMBUNG_API record_description describe_record(record_of<tenant_update_input>);

struct tenant_confirmation_input {
  std::string name;  // the tenant's, so that nobody deletes or suspends one by mistake
};
SAMBUNG_DESCRIBE_STRUCT(tenant_confirmation_input, (), (name))
SAMBUNG_API record_description describe_record(record_of<tenant_confirmation_input>);

// Where the caller acts from now on.
struct tenant_place_output {
  sambung::tenant_id tenant_id;
  member_role role = member_role::member;
};
SAMBUNG_DESCRIBE_STRUCT(tenant_place_output, (), (tenant_id, role))

}  // namespace sambung
