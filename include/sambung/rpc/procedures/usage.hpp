// usage.* and quota.*: what was used, and the most that may be.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/listing.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

SAMBUNG_API void usage_procedures(procedure_registry& registry);  // usage.summary, usage.daily
SAMBUNG_API void quota_procedures(procedure_registry& registry);  // quota.getAll, quota.mine, quota.set, quota.remove

struct usage_summary_input : usage_request {
  usage_grouping group_by = usage_grouping::none;
};
SAMBUNG_DESCRIBE_STRUCT(usage_summary_input, (usage_request), (group_by))
SAMBUNG_API record_description describe_record(record_of<usage_summary_input>);

struct usage_summary_output {
  std::vector<usage_sum> items;
};
SAMBUNG_DESCRIBE_STRUCT(usage_summary_output, (), (items))

struct usage_daily_input : usage_request, list_input {};
SAMBUNG_DESCRIBE_STRUCT(usage_daily_input, (usage_request, list_input), ())

struct quota_set_input : quota_key {
  std::int64_t limit = 0;
};
SAMBUNG_DESCRIBE_STRUCT(quota_set_input, (quota_key), (limit))
SAMBUNG_API record_description describe_record(record_of<quota_set_input>);

struct quota_status_output {
  std::vector<quota_status> items;
};
SAMBUNG_DESCRIBE_STRUCT(quota_status_output, (), (items))

}  // namespace sambung
