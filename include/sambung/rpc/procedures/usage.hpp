// usage.* and quota.*: what was used, and the most that may be.
#pragma once

#include <sambung/rpc/procedures/listing.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

void usage_procedures(procedure_registry& registry);  // usage.summary, usage.daily
void quota_procedures(procedure_registry& registry);  // quota.getAll, quota.mine, quota.set, quota.remove

// usage_request, and how to group.
struct usage_summary_input {
  std::optional<std::string> from;
  std::optional<std::string> to;
  usage_of of = usage_of::self;
  std::optional<sambung::user_id> user_id;
  usage_grouping group_by = usage_grouping::none;
};
BOOST_DESCRIBE_STRUCT(usage_summary_input, (), (from, to, of, user_id, group_by))
record_description describe_record(record_of<usage_summary_input>);

struct usage_summary_output {
  std::vector<usage_sum> items;
};
BOOST_DESCRIBE_STRUCT(usage_summary_output, (), (items))

// usage_request, and which page of days.
struct usage_daily_input {
  std::optional<std::string> from;
  std::optional<std::string> to;
  usage_of of = usage_of::self;
  std::optional<sambung::user_id> user_id;
  std::int64_t limit = 50;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(usage_daily_input, (), (from, to, of, user_id, limit, cursor))
record_description describe_record(record_of<usage_daily_input>);

struct quota_set_input {
  quota_subject subject = quota_subject::tenant;
  std::optional<sambung::user_id> user_id;
  quota_period period = quota_period::month;
  quota_measure measure = quota_measure::tokens;
  std::int64_t limit = 0;
};
BOOST_DESCRIBE_STRUCT(quota_set_input, (), (subject, user_id, period, measure, limit))
record_description describe_record(record_of<quota_set_input>);

struct quota_status_output {
  std::vector<quota_status> items;
};
BOOST_DESCRIBE_STRUCT(quota_status_output, (), (items))

}  // namespace sambung
