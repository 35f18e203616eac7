#include "services/base/memberships.hpp"

#include "services/base/system_records.hpp"

namespace sambung {

task<result<membership>> find_membership(engine_core const& core, tenant_id tenant, user_id user) {
  auto const records = system_records<membership>(core);
  query q = records.where(&membership::user_id, user);
  q = std::move(q).where(where(&membership::tenant_id, tenant));
  co_return co_await records.first(std::move(q));
}

membership new_membership(engine_core& core, tenant_id tenant, user_id user, member_role role) {
  membership made;
  made.id = core.ids->next<membership_id>();
  made.tenant_id = tenant;
  made.user_id = user;
  made.role = role;
  made.created_at = core.clock->now();
  return made;
}

query memberships_of(user_id user) {
  std::vector<std::string> by_tenant(1, "tenant_id");
  return collection<membership>::where(&membership::user_id, user).order(std::move(by_tenant), direction::descending);
}

change require_present(tenant_id tenant) {
  return require<sambung::tenant>(tenant).when(where(&tenant::state, comparison::not_equal, tenant_state::deleting));
}

change require_present(user_id user) {
  return require<sambung::user>(user).when(where(&user::state, comparison::not_equal, user_state::deleting));
}

change require_active(tenant_id tenant) {
  return require<sambung::tenant>(tenant).when(&tenant::state, tenant_state::active);
}

change require_active(user_id user) { return require<sambung::user>(user).when(&user::state, user_state::active); }

}  // namespace sambung
