// quotas: the most that a tenant and its users may use. Reached by workspace::quotas() and engine::quotas().
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/quota.hpp>
#include <sambung/records/tenant.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/core_ref.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace sambung {

// Which quota.
struct quota_key {
  quota_key() = default;
  quota_key(quota_subject subject_, quota_period period_, quota_measure measure_)
      : subject(subject_), period(period_), measure(measure_) {}
  quota_key(sambung::user_id user, quota_period period_, quota_measure measure_)
      : subject(quota_subject::user), user_id(user), period(period_), measure(measure_) {}

  quota_subject subject = quota_subject::tenant;
  std::optional<sambung::user_id> user_id;  // of quota_subject::user, and of no other
  quota_period period = quota_period::month;
  quota_measure measure = quota_measure::tokens;
};
SAMBUNG_DESCRIBE_STRUCT(quota_key, (), (subject, user_id, period, measure))
SAMBUNG_API record_description describe_record(record_of<quota_key>);

// What limits somebody, and what they, or the tenant, have used of it.
struct quota_status {
  quota_authority authority = quota_authority::platform;
  quota_subject subject = quota_subject::tenant;
  quota_period period = quota_period::month;
  quota_measure measure = quota_measure::tokens;
  std::int64_t limit = 0;
  std::int64_t used = 0;  // what is in flight on this engine included; of others as of a few seconds ago
  timestamp resets_at;
};
SAMBUNG_DESCRIBE_STRUCT(quota_status, (), (authority, subject, period, measure, limit, used, resets_at))

// A quota holds for calls that begin after it was set: on this engine at once, on others within ten seconds.
//
// Thread safety: safe to use from any thread. Lifetime: as for chats. Throws sambung::error: errc::permission_denied
// without quota_manage (set, remove), usage_tenant (list) or usage_own (mine).
class SAMBUNG_API quotas {
 public:
  // Sets or replaces one: `limit` is tokens or micro-dollars, 0 to 1,000,000,000,000,000; 0 allows nothing.
  // errc::not_found for a user who is not a member, errc::invalid_argument for a user without quota_subject::user or
  // the other way round.
  task<quota> set(quota_key which, std::int64_t limit) const;
  // errc::not_found when there is none of this authority.
  task<void> remove(quota_key which) const;
  // All of the tenant, also those of the other authority.
  task<page<quota>> list(page_request which = page_request()) const;

  // What limits the caller; of the operator's, what limits `user`.
  task<std::vector<quota_status>> mine() const;
  task<std::vector<quota_status>> of(user_id user) const;

 private:
  friend class engine;
  friend class workspace;
  quotas(std::shared_ptr<engine_core> core, tenant_id tenant);  // the operator's: of quota_authority::platform
  quotas(std::shared_ptr<engine_core> core, principal who);

  detail::core_ref core_;
  tenant_id tenant_;
  std::optional<principal> who_;  // none: the operator
};

}  // namespace sambung
