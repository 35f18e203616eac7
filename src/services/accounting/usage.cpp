#include <sambung/services/accounting/usage.hpp>

#include <sambung/core/json_codec.hpp>

#include "core/day.hpp"
#include "services/base/access.hpp"
#include "services/base/engine_core.hpp"

#include <algorithm>
#include <map>

namespace sambung {
namespace {

constexpr int most_days = 366;

// Which counters are summed. Days are ordered as their text is.
struct selection {
  std::string from;
  std::string to;
  std::optional<user_id> user;  // none: of everybody
};

std::chrono::sys_days days_of(std::string const& day) {
  return std::chrono::floor<std::chrono::days>(*parse_iso8601(day + "T00:00:00Z"));
}

timestamp time_of(std::string const& day) { return timestamp(days_of(day)); }

void check_range(usage_request const& which) {
  std::vector<issue> issues;
  if (which.from && !is_day(*which.from)) issues.push_back({"from", "must be a day, such as 2026-01-31"});
  if (which.to && !is_day(*which.to)) issues.push_back({"to", "must be a day, such as 2026-01-31"});
  if (issues.empty()) return;
  auto message = issues.front().path + ": " + issues.front().message;
  throw error(failure(errc::invalid_argument, std::move(message), std::move(issues)));
}

selection range_of(usage_request const& which, timestamp now) {
  check_range(which);
  selection out;
  out.to = which.to.value_or(day_of(now));
  out.from = which.from.value_or(month_of(time_of(out.to)));
  auto const days = (days_of(out.to) - days_of(out.from)).count() + 1;
  if (days >= 1 && days <= most_days) return out;
  auto const fault = "must be 1 to " + std::to_string(most_days) + " days with the first";
  throw error(failure(errc::invalid_argument, "to: " + fault, {{"to", fault}}));
}

// What may be seen of what is asked for: whose counters, and where. The operator sees all of the tenant's.
struct view {
  scope where;
  std::optional<user_id> user;  // none: of everybody
};

task<view> view_of(engine_core& core, std::optional<principal> const& who, tenant_id tenant,
                   usage_request const& which) {
  if (!who) co_return view{tenant_rows(tenant), which.user_id};
  auto const own = co_await access_of(core, *who, permission::usage_own);
  auto user = which.user_id;
  if (!user && which.of == usage_of::self) user = own.user;
  if (user != own.user) demand(*who, permission::usage_tenant);
  co_return view{own.scope, user};
}

query counters_of(selection const& which) {
  query q = which.user ? collection<usage_counter>::where(&usage_counter::user_id, *which.user)
                       : collection<usage_counter>::all();
  std::vector<std::string> by_day(1, "day");
  return std::move(q)
      .where(where(&usage_counter::day, comparison::greater_equal, which.from))
      .where(where(&usage_counter::day, comparison::less_equal, which.to))
      .order(std::move(by_day), direction::descending)
      .limit(max_rows);
}

// Reads counters, the newest day first.
class counter_reader {
 public:
  counter_reader(engine_core& core, scope where, query which) : core_(core), where_(where), which_(std::move(which)) {}

  // The next counters; none at the end.
  task<std::vector<usage_counter>> next() {
    std::vector<usage_counter> counters;
    auto const& table = description_of<usage_counter>();
    while (!ended_ && counters.empty()) {
      auto const found = (co_await detail::read_to_a_place(*core_.store, where_, table, which_)).value();
      counters = core_.records<usage_counter>(where_).readable(found);
      ended_ = !found.more;
      if (ended_) break;
      auto last = detail::place_of(found.items.back(), which_, table);
      which_ = std::move(which_).after(std::move(last));
    }
    co_return counters;
  }

 private:
  engine_core& core_;
  scope where_;
  query which_;
  bool ended_ = false;
};

void add(usage_sum& sum, usage_counter const& one) {
  add_integers<usage_counts>(sum, one);
  bool const priced = one.unpriced_requests < one.requests || one.cost_microusd != 0;
  if (priced) sum.cost_microusd = sum.cost_microusd.value_or(0) + one.cost_microusd;
}

// What the counters of one group have in common.
usage_sum group_of(usage_counter const& one, usage_grouping by) {
  usage_sum sum;
  if (by == usage_grouping::day) sum.day = one.day;
  if (by == usage_grouping::model) sum.model = one.model;
  if (by == usage_grouping::user) sum.user_id = one.user_id;
  if (by == usage_grouping::key) sum.key = one.key;
  return sum;
}

std::string name_of(usage_counter const& one, usage_grouping by) {
  switch (by) {
    case usage_grouping::none:
      return {};
    case usage_grouping::day:
      return one.day;
    case usage_grouping::model:
      return one.model;
    case usage_grouping::user:
      return to_string(one.user_id);
    case usage_grouping::key:
      return boost::describe::enum_to_string(one.key, "");
  }
  return {};
}

task<std::vector<usage_sum>> sum_up(core_ptr core, tenant_id home, std::optional<principal> who, usage_request which,
                                    usage_grouping by) {
  auto const seen = co_await view_of(*core, who, home, which);
  auto range = range_of(which, core->clock->now());
  range.user = seen.user;
  counter_reader reader(*core, seen.where, counters_of(range));
  std::map<std::string, usage_sum> groups;
  if (by == usage_grouping::none) groups.emplace();
  for (auto counters = co_await reader.next(); !counters.empty(); counters = co_await reader.next())
    for (auto const& one : counters) add(groups.try_emplace(name_of(one, by), group_of(one, by)).first->second, one);
  std::vector<usage_sum> sums;
  for (auto& [name, sum] : groups) sums.push_back(std::move(sum));
  std::ranges::stable_sort(sums, std::ranges::greater(), &usage_sum::requests);
  if (sums.size() > max_usage_groups) sums.resize(max_usage_groups);
  co_return sums;
}

task<page<usage_sum>> list_days(core_ptr core, tenant_id home, std::optional<principal> who, usage_request which,
                                page_request days) {
  detail::check_page(days).value();
  auto const seen = co_await view_of(*core, who, home, which);
  auto range = range_of(which, core->clock->now());
  range.user = seen.user;
  if (days.cursor && !is_day(*days.cursor))
    throw error(failure(errc::invalid_argument, "cursor: not a cursor of this list", {{"cursor", "unknown"}}));
  auto counters_before = counters_of(range);
  if (days.cursor)
    counters_before = std::move(counters_before).where(where(&usage_counter::day, comparison::less, *days.cursor));
  counter_reader reader(*core, seen.where, std::move(counters_before));
  page<usage_sum> out;
  for (auto counters = co_await reader.next(); !counters.empty(); counters = co_await reader.next())
    for (auto const& one : counters) {
      if (out.items.empty() || out.items.back().day != one.day) {
        if (out.items.size() == days.limit) {
          out.next_cursor = out.items.back().day;
          co_return out;
        }
        out.items.push_back(group_of(one, usage_grouping::day));
      }
      add(out.items.back(), one);
    }
  co_return out;
}

}  // namespace

record_description describe_record(record_of<usage_request>) {
  return record<usage_request>()
      .text(&usage_request::from, 10, 10)
      .text(&usage_request::to, 10, 10)
      .optional(&usage_request::of);
}

usage::usage(std::shared_ptr<engine_core> core, tenant_id tenant) : core_(std::move(core)), tenant_(tenant) {}

usage::usage(std::shared_ptr<engine_core> core, principal who)
    : core_(std::move(core)), tenant_(who.tenant()), who_(std::move(who)) {}

task<std::vector<usage_sum>> usage::summary(usage_request which, usage_grouping by) const {
  return sum_up(core_, tenant_, who_, std::move(which), by);
}

task<page<usage_sum>> usage::daily(usage_request which, page_request days) const {
  return list_days(core_, tenant_, who_, std::move(which), std::move(days));
}

}  // namespace sambung
