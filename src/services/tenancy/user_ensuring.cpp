#include <sambung/records/user.hpp>

#include "services/base/name.hpp"
#include "services/tenancy/ensuring.hpp"

#include <sambung/services/tenancy/tenants.hpp>

namespace sambung {
namespace {

record_draft<user> draft_user(engine_core& core, std::string name) {
  check_name(name);
  user made;
  made.id = core.ids->next<user_id>();
  made.name = std::move(name);
  made.created_at = core.clock->now();
  return {std::move(made), audit_note("user.create", {}), "that user exists"};
}

}  // namespace

task<user> users::ensure(user_id id, std::string name) const {
  return ensure_record(core_, draft_user, &user::id, id, std::move(name));
}

task<user> users::ensure(std::string external_id, std::string name) const {
  return ensure_record(core_, draft_user, &user::external_id, std::optional(std::move(external_id)), std::move(name));
}

task<user> users::find_external(std::string external_id) const {
  return find_external_record<user>(core_, std::move(external_id));
}

}  // namespace sambung
