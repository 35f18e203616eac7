#include "services/erasure/erasure.hpp"

#include <sambung/records/tenant.hpp>
#include <sambung/records/user.hpp>

#include "services/base/system_records.hpp"

namespace sambung {
namespace {

audit_entry resumed(engine_core const& core, std::string action, std::string subject) {
  audit_note note(std::move(action), std::move(subject), "resumed");
  return entry_of(core, std::optional<tenant_id>(), std::move(note));
}

// What storage cannot take now stops the start; anything else must not keep the others from being erased.
void check(result<erasure_report> const& erased) {
  if (!erased && erased.error().code == errc::unavailable) throw error(erased.error());
}

task<void> finish_tenants(engine_core& core) {
  auto const tenants = system_records<tenant>(core);
  page_request which(max_page_size);
  do {
    auto found = (co_await tenants.list(tenants.where(&tenant::state, tenant_state::deleting), which)).value();
    for (auto const& one : found.items) {
      auto entry = resumed(core, "tenant.delete", to_string(one.id));
      check(co_await as_result(erase_tenant(core, one.id, std::move(entry))));
    }
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
}

task<void> finish_users(engine_core& core) {
  auto const users = system_records<user>(core);
  page_request which(max_page_size);
  do {
    auto found = (co_await users.list(users.where(&user::state, user_state::deleting), which)).value();
    for (auto const& one : found.items) {
      auto entry = resumed(core, "user.delete", to_string(one.id));
      check(co_await as_result(erase_user(core, one.id, std::move(entry))));
    }
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
}

}  // namespace

task<void> finish_erasures(engine_core& core) {
  co_await finish_tenants(core);
  co_await finish_users(core);
}

}  // namespace sambung
