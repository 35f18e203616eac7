#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

// Who set it: the operator of the installation, or an owner of the tenant, who sees the operator's and cannot change
// them. Both hold: the smaller one is met first.
enum class quota_authority { platform, tenant };
SAMBUNG_DESCRIBE_ENUM(quota_authority, platform, tenant)

// Whom it limits: the tenant as a whole, one user, or each user that has no such quota of their own.
enum class quota_subject { tenant, each_user, user };
SAMBUNG_DESCRIBE_ENUM(quota_subject, tenant, each_user, user)

// Calendar days and months of UTC.
enum class quota_period { day, month };
SAMBUNG_DESCRIBE_ENUM(quota_period, day, month)

// tokens: input and output, with whatever key. money: micro-dollars, of calls with a key of whoever set the quota: the
// platform's count the operator's key, the tenant's that and the keys of the tenant; a user's own key is their money.
enum class quota_measure { tokens, money };
SAMBUNG_DESCRIBE_ENUM(quota_measure, tokens, money)

// The most that may be used in a period.
struct quota {
  std::string id;  // "<authority>/<subject or user id>/<period>/<measure>"
  quota_authority authority = quota_authority::tenant;
  quota_subject subject = quota_subject::tenant;
  std::optional<sambung::user_id> user_id;  // of quota_subject::user
  quota_period period = quota_period::month;
  quota_measure measure = quota_measure::tokens;
  std::int64_t limit = 0;
  timestamp updated_at;
  std::int64_t revision = 1;
};
SAMBUNG_DESCRIBE_STRUCT(quota, (), (id, authority, subject, user_id, period, measure, limit, updated_at, revision))

SAMBUNG_API record_description describe_record(record_of<quota>);

}  // namespace sambung
