#include "engine/housekeeping.hpp"

#include <sambung/records/tenant.hpp>

#include "services/auth/auth_state.hpp"
#include "services/auth/sessions.hpp"
#include "services/base/idempotency.hpp"
#include "services/base/system_records.hpp"

namespace sambung {
namespace {

task<void> remove_ended_keys(engine_core& core) {
  auto const tenants = system_records<tenant>(core);
  page_request which(max_page_size);
  do {
    auto found = (co_await tenants.list(tenants.all(), which)).value();
    for (auto const& one : found.items) co_await as_result(remove_ended_records(core, tenant_rows(one.id)));
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
}

}  // namespace

task<void> keep_house(engine_core& core) {
  co_await as_result(remove_expired(core));
  co_await as_result(core.auth->failures.write_due(core));
  co_await as_result(remove_ended_keys(core));
}

}  // namespace sambung
