#include <sambung/records/user.hpp>

#include "services/base/name.hpp"
#include "services/tenancy/ensuring.hpp"

#include <sambung/services/tenancy/tenants.hpp>

namespace sambung {
namespace {

user new_user(engine_core const& core, std::string name) {
  check_name(name);
  user made;
  made.id = core.ids->next<user_id>();
  made.name = std::move(name);
  made.created_at = core.clock->now();
  return made;
}

task<user> ensure_made_user(engine_core& core, query by, user made) {
  audit_note note("user.create", to_string(made.id));
  co_return co_await ensure_record(core, std::move(by), std::move(made), std::move(note), "that user exists");
}

task<user> ensure_user_with_id(core_ptr core, user_id id, std::string name) {
  auto made = new_user(*core, std::move(name));
  made.id = id;
  auto by = collection<user>::where(&user::id, id);
  co_return co_await ensure_made_user(*core, std::move(by), std::move(made));
}

task<user> ensure_external_user(core_ptr core, std::string external_id, std::string name) {
  auto made = new_user(*core, std::move(name));
  made.external_id = std::move(external_id);
  auto by = collection<user>::where(&user::external_id, made.external_id);
  co_return co_await ensure_made_user(*core, std::move(by), std::move(made));
}

task<user> find_external_user(core_ptr core, std::string external_id) {
  auto const records = system_records<user>(*core);
  auto by = records.where(&user::external_id, std::move(external_id));
  co_return (co_await records.first(std::move(by))).value();
}

}  // namespace

task<user> users::ensure(user_id id, std::string name) const { return ensure_user_with_id(core_, id, std::move(name)); }

task<user> users::ensure(std::string external_id, std::string name) const {
  return ensure_external_user(core_, std::move(external_id), std::move(name));
}

task<user> users::find_external(std::string external_id) const {
  return find_external_user(core_, std::move(external_id));
}

}  // namespace sambung
