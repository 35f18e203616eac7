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

// Erases again every tenant, or user, that is being erased.
template <class R>
task<void> finish(engine_core& core, std::string action,
                  task<erasure_report> (*erase)(engine_core&, decltype(R::id), audit_entry)) {
  auto const records = system_records<R>(core);
  page_request which(max_page_size);
  do {
    auto listed = co_await records.list(records.where(&R::state, decltype(R::state)::deleting), which);
    page<R> found = std::move(listed).value();
    for (auto const& one : found.items) {
      auto entry = resumed(core, action, to_string(one.id));
      check(co_await as_result(erase(core, one.id, std::move(entry))));
    }
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
}

}  // namespace

task<void> finish_erasures(engine_core& core) {
  co_await finish<tenant>(core, "tenant.delete", erase_tenant);
  co_await finish<user>(core, "user.delete", erase_user);
}

}  // namespace sambung
