#include "services/turns/turn_stopping.hpp"

#include <sambung/records/active_turn.hpp>

#include "services/base/access.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"
#include "services/turns/turn_table.hpp"
#include "services/turns/turns_state.hpp"

namespace sambung {
namespace {

task<void> ask_other_engines(engine_core& core, scope who, std::optional<user_id> owner) {
  auto const leases = core.records<active_turn>(who);
  page_request which(max_page_size);
  do {
    auto found = (co_await leases.list(leases.all(), which)).value();
    for (auto const& lease : found.items) {
      if (lease.instance == core.instance || (owner && lease.owner_id != *owner)) continue;
      auto ask = update<active_turn>(lease.id).set(&active_turn::stop_requested, true);
      auto const asked = co_await leases.write(std::move(ask));
      if (!asked && asked.error().code != errc::not_found) throw error(asked.error());
    }
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
}

}  // namespace

task<void> stop_turns(engine_core& core, tenant_id tenant) {
  auto const who = tenant_rows(tenant);
  co_await core.turns->running.stop(who);
  if (!core.sole) co_await ask_other_engines(core, who, std::nullopt);
}

task<void> stop_turns(engine_core& core, tenant_id tenant, user_id user) {
  auto const who = tenant_rows(tenant);
  co_await core.turns->running.stop(who, user);
  if (!core.sole) co_await ask_other_engines(core, who, user);
}

task<void> stop_turns(engine_core& core, user_id user) {
  co_await core.turns->running.stop(user);
  if (core.sole) co_return;
  auto const places = system_records<membership>(core);
  page_request which(max_page_size);
  do {
    auto found = (co_await places.list(memberships_of(user), which)).value();
    for (auto const& place : found.items) co_await ask_other_engines(core, tenant_rows(place.tenant_id), user);
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
}

}  // namespace sambung
