#include "engine/housekeeping.hpp"

#include <sambung/records/tenant.hpp>

#include "services/auth/auth_state.hpp"
#include "services/auth/sessions.hpp"
#include "services/base/idempotency.hpp"
#include "services/base/system_records.hpp"
#include "services/templates/templates_state.hpp"
#include "services/turns/question_expiry.hpp"
#include "services/turns/turns_state.hpp"

#include <chrono>
#include <tuple>

namespace sambung {
namespace {

// Of paths (turn_options::context_memory_bytes) and of compiled prompts.
constexpr std::chrono::minutes unused_lifetime{15};

task<void> keep_tenants(engine_core& core) {
  auto const tenants = system_records<tenant>(core);
  page_request which(max_page_size);
  do {
    auto found = (co_await tenants.list(tenants.all(), which)).value();
    for (auto const& one : found.items) {
      std::ignore = co_await as_result(remove_ended_records(core, tenant_rows(one.id)));
      std::ignore = co_await as_result(expire_questions(core, tenant_rows(one.id)));
    }
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
}

}  // namespace

task<void> keep_house(engine_core& core) {
  std::ignore = co_await as_result(remove_expired(core));
  std::ignore = co_await as_result(core.auth->failures.write_due(core));
  core.turns->paths.forget_unused_since(core.clock->now() - unused_lifetime);
  core.templates->compiled.forget_unused_since(core.clock->now() - unused_lifetime);
  std::ignore = co_await as_result(keep_tenants(core));
}

}  // namespace sambung
