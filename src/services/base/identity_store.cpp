#include "services/base/identity_store.hpp"

#include "services/base/revocations.hpp"

#include <algorithm>

namespace sambung {
namespace {

[[noreturn]] void throw_denied() { throw error(errc::permission_denied, "your role does not allow this"); }

bool is_control(unsigned char c) { return c < ' ' || c == 0x7f; }

}  // namespace

void demand(principal const& who, permission wanted) {
  if (!who.may(wanted)) throw_denied();
}

void demand(identity const& who, permission wanted) {
  if (!who.may(wanted)) throw_denied();
}

task<result<receipt>> write_system(engine_core& core, batch b) {
  co_return co_await core.store->write(scope_access::system(), std::move(b));
}

task<result<receipt>> write_revoking(engine_core& core, batch b) {
  revocations::count_in(b);
  auto written = co_await core.store->write(scope_access::system(), std::move(b));
  core.revocations->happened();
  co_return written;
}

bool was_overtaken(failure const& why) { return why.code == errc::conflict || why.code == errc::not_found; }

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

query memberships_of(user_id user) {
  std::vector<std::string> by_tenant(1, "tenant_id");
  return collection<membership>::where(&membership::user_id, user).order(std::move(by_tenant), direction::descending);
}

std::optional<std::string> name_fault(std::string_view name) {
  if (std::ranges::any_of(name, is_control)) return "must not contain control characters";
  return std::nullopt;
}

void check_name(std::string_view name) {
  if (auto const wrong = name_fault(name))
    throw error(failure(errc::invalid_argument, "name: " + *wrong, {{"name", *wrong}}));
}

}  // namespace sambung
