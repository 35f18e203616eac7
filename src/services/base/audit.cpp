#include <sambung/services/base/audit.hpp>

#include <sambung/security/principal.hpp>

#include "services/base/system_records.hpp"

namespace sambung {
namespace {

task<page<audit_entry>> list_entries(core_ptr core, std::optional<tenant_id> home, bool allowed, page_request which,
                                     std::optional<user_id> actor) {
  if (!allowed) throw error(errc::permission_denied, "your role does not allow this");
  auto const entries = system_records<audit_entry>(*core);
  query q = entries.all();
  if (home) q = std::move(q).where(where(&audit_entry::tenant_id, std::optional(*home)));
  if (actor) q = std::move(q).where(where(&audit_entry::actor_id, std::optional(*actor)));
  co_return (co_await entries.list(std::move(q), std::move(which))).value();
}

}  // namespace

audit::audit(std::shared_ptr<engine_core> core) : core_(std::move(core)) {}

audit::audit(std::shared_ptr<engine_core> core, principal const& who)
    : core_(std::move(core)), tenant_(who.tenant()), allowed_(who.may(permission::audit_read)) {}

task<page<audit_entry>> audit::list(page_request which, std::optional<user_id> actor) const {
  return list_entries(core_, tenant_, allowed_, std::move(which), actor);
}

}  // namespace sambung
