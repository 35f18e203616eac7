// audit: what was changed in a tenant, by whom, from where. Reached by workspace::audit() and engine::audit().
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/audit_entry.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/core_ref.hpp>

#include <memory>
#include <optional>

namespace sambung {

// Thread safety: safe to use from any thread. Lifetime: as for chats. Throws sambung::error: errc::permission_denied
// without audit_read.
class SAMBUNG_API audit {
 public:
  // Newest first. In a workspace: the entries of its tenant. `actor`: only what that user did.
  task<page<audit_entry>> list(page_request which = page_request(), std::optional<user_id> actor = std::nullopt) const;

 private:
  friend class engine;
  friend class workspace;
  explicit audit(std::shared_ptr<engine_core> core);  // the operator's: everything
  audit(std::shared_ptr<engine_core> core, principal who);

  detail::core_ref core_;
  std::optional<principal> who_;  // none: the operator's
};

}  // namespace sambung
