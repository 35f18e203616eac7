#include <sambung/services/base/audit.hpp>

#include "services/base/system_records.hpp"

namespace sambung {
namespace {

task<page<audit_entry>> list_entries(core_ptr core, std::optional<principal> who, page_request which,
                                     std::optional<user_id> actor) {
  if (who) co_await admit(*core, *who, permission::audit_read);
  auto const entries = system_records<audit_entry>(*core);
  query q = entries.all();
  if (who) q = std::move(q).where(where(&audit_entry::tenant_id, std::optional(who->tenant())));
  if (actor) q = std::move(q).where(where(&audit_entry::actor_id, std::optional(*actor)));
  co_return (co_await entries.list(std::move(q), std::move(which))).value();
}

}  // namespace

audit::audit(std::shared_ptr<engine_core> core) : core_(std::move(core)) {}

audit::audit(std::shared_ptr<engine_core> core, principal who) : core_(std::move(core)), who_(std::move(who)) {}

task<page<audit_entry>> audit::list(page_request which, std::optional<user_id> actor) const {
  return list_entries(core_, who_, std::move(which), actor);
}

}  // namespace sambung
