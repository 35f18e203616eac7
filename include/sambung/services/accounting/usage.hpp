// usage: what was used of which model, when and by whom. Reached by workspace::usage() and engine::usage().
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/tenant.hpp>
#include <sambung/records/usage_counter.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/core_ref.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sambung {

// Whose usage is asked for.
enum class usage_of { self, tenant };
SAMBUNG_DESCRIBE_ENUM(usage_of, self, tenant)

enum class usage_grouping { none, day, model, user, key };
SAMBUNG_DESCRIBE_ENUM(usage_grouping, none, day, model, user, key)

struct usage_request {
  usage_request() = default;

  std::optional<std::string> from;          // the first day (UTC), such as "2026-01-01"; none: of the month of `to`
  std::optional<std::string> to;            // the last day; none: today; at most 366 days with the first
  usage_of of = usage_of::self;             // the operator always asks for the tenant
  std::optional<sambung::user_id> user_id;  // of the tenant's only this user's; somebody unknown has used nothing
};
SAMBUNG_DESCRIBE_STRUCT(usage_request, (), (from, to, of, user_id))
SAMBUNG_API record_description describe_record(record_of<usage_request>);

// A sum over some counters. What they have in common by the grouping is named.
struct usage_sum : usage_counts {
  std::optional<std::string> day;
  std::optional<std::string> model;
  std::optional<sambung::user_id> user_id;
  std::optional<key_source> key;
  std::optional<std::int64_t> cost_microusd;  // of the requests whose price was known; none when there were only others
};
SAMBUNG_DESCRIBE_STRUCT(usage_sum, (usage_counts), (day, model, user_id, key, cost_microusd))

// The most groups a summary gives.
inline constexpr std::size_t max_usage_groups = 1'000;

// Turns count when they end; calls without a chat are written once a second.
//
// Thread safety: safe to use from any thread. Lifetime: as for chats. Throws sambung::error: errc::permission_denied
// without usage_own, for the tenant's or another user's without usage_tenant; errc::invalid_argument with every fault.
class SAMBUNG_API usage {
 public:
  // One sum for each group, the most requests first; of more than max_usage_groups only those. usage_grouping::none:
  // one sum of everything, also when that is nothing.
  task<std::vector<usage_sum>> summary(usage_request which = usage_request(),
                                       usage_grouping by = usage_grouping::none) const;

  // One sum for each day with any usage, newest first.
  task<page<usage_sum>> daily(usage_request which = usage_request(), page_request days = page_request()) const;

 private:
  friend class engine;
  friend class workspace;
  usage(std::shared_ptr<engine_core> core, tenant_id tenant);  // the operator's
  usage(std::shared_ptr<engine_core> core, principal who);

  detail::core_ref core_;
  tenant_id tenant_;
  std::optional<principal> who_;  // none: the operator
};

}  // namespace sambung
