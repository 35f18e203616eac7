#include "services/base/standing.hpp"

#include "services/base/memberships.hpp"
#include "services/base/revocations.hpp"
#include "services/base/system_records.hpp"

namespace sambung {
namespace {

task<void> demand_tenant(engine_core const& core, tenant_id id) {
  auto stored = co_await system_records<tenant>(core).get(id);
  auto const found = if_found(std::move(stored));
  if (!found || found->state == tenant_state::deleting)
    throw error(errc::not_found, "no such tenant: make its row first, by tenants().ensure()");
  if (found->state != tenant_state::active) throw error(errc::permission_denied, "the tenant is suspended");
}

task<void> demand_user(engine_core const& core, user_id id) {
  auto stored = co_await system_records<user>(core).get(id);
  auto const found = if_found(std::move(stored));
  if (found && found->state != user_state::active)
    throw error(errc::permission_denied, "the user is suspended or being erased");
}

task<void> demand_place(engine_core const& core, tenant_id tenant, user_id user) {
  auto stored = co_await find_membership(core, tenant, user);
  auto const found = if_found(std::move(stored));
  if (found && found->state != membership_state::active)
    throw error(errc::permission_denied, "the user is suspended in this tenant");
}

}  // namespace

task<void> standings::demand(actor who) {
  if (knows(who)) co_return;
  auto const generation = core_.revocations->generation();
  if (who.tenant) co_await demand_tenant(core_, *who.tenant);
  co_await demand_user(core_, who.user);
  if (who.tenant) co_await demand_place(core_, *who.tenant, who.user);
  keep(who, generation);
}

bool standings::knows(actor const& who) const {
  auto const& home = home_of(who);
  auto const now = core_.clock->now();
  std::lock_guard lock(home.mutex);
  return home.generation == core_.revocations->generation() && now < home.until && home.good.contains(who);
}

void standings::keep(actor const& who, std::uint64_t generation) {
  auto& home = shards_[hasher()(who) % shards];
  auto const now = core_.clock->now();
  std::lock_guard lock(home.mutex);
  if (home.generation != generation || now >= home.until || home.good.size() >= shard_capacity) {
    home.good.clear();
    home.generation = generation;
    home.until = now + remembered_;
  }
  home.good.insert(who);
}

std::size_t standings::hasher::operator()(actor const& who) const {
  auto const part = std::hash<user_id>()(who.user);
  return who.tenant ? part ^ (std::hash<tenant_id>()(*who.tenant) * 31) : part;
}

}  // namespace sambung
