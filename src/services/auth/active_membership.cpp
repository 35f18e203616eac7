#include "services/auth/active_membership.hpp"

#include <sambung/records/membership.hpp>
#include <sambung/records/tenant.hpp>
#include <sambung/records/user.hpp>

#include "services/base/access.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"

#include <algorithm>

namespace sambung {
namespace {

task<bool> is_active_tenant(engine_core const& core, tenant_id id) {
  auto stored = co_await system_records<tenant>(core).get(id);
  auto const found = if_found(std::move(stored));
  co_return found && found->state == tenant_state::active;
}

task<std::vector<membership>> memberships_of(engine_core const& core, user_id user) {
  auto const records = system_records<membership>(core);
  query q = records.where(&membership::user_id, user);
  q = std::move(q).order({"tenant_id"}, direction::ascending).limit(max_rows);
  auto const found = co_await core.store->read(system_rows(), std::move(q));
  auto all = records.readable(found.value());
  std::ranges::sort(all, {}, &membership::id);
  co_return all;
}

}  // namespace

task<bool> is_active(engine_core const& core, user_id user) {
  auto stored = co_await system_records<sambung::user>(core).get(user);
  auto const found = if_found(std::move(stored));
  co_return found && found->state == user_state::active;
}

task<std::optional<tenant_place>> active_membership(engine_core const& core, user_id user, tenant_id tenant) {
  auto stored = co_await find_membership(core, tenant, user);
  auto const place = if_found(std::move(stored));
  if (!place || place->state != membership_state::active) co_return std::nullopt;
  bool const active = co_await is_active_tenant(core, tenant);
  if (!active) co_return std::nullopt;
  co_return tenant_place(tenant, place->role);
}

task<std::optional<tenant_place>> oldest_active_membership(engine_core const& core, user_id user) {
  auto const all = co_await memberships_of(core, user);
  for (auto const& one : all) {
    if (one.state != membership_state::active) continue;
    bool const active = co_await is_active_tenant(core, one.tenant_id);
    if (active) co_return tenant_place(one.tenant_id, one.role);
  }
  co_return std::nullopt;
}

}  // namespace sambung
