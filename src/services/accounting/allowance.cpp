#include "services/accounting/allowance.hpp"

#include "core/day.hpp"
#include "core/enum_name.hpp"

namespace sambung {
namespace {

std::int64_t measured(quota const& by, spending const& what) {
  if (by.measure == quota_measure::tokens) return what.tokens;
  if (by.authority == quota_authority::platform) return what.platform_money;
  return bounded_sum(what.platform_money, what.tenant_money);
}

// Whether a call that spends this payer's money can use the quota up.
bool concerns(quota const& one, payer whose) {
  if (one.measure == quota_measure::tokens) return true;
  if (one.authority == quota_authority::platform) return whose == payer::platform;
  return whose != payer::nobody;
}

timestamp reset_of(quota_period period, timestamp now) {
  return period == quota_period::day ? end_of_day(now) : end_of_month(now);
}

failure exceeded(quota const& by, std::int64_t used, timestamp now) {
  auto const resets_at = reset_of(by.period, now);
  std::string const whose = by.subject == quota_subject::tenant ? "the tenant's" : "your";
  std::string const what = by.measure == quota_measure::tokens ? "tokens" : "money";
  failure why(errc::quota_exceeded, whose + " quota of " + what + " for this " + name_of(by.period) +
                                        " is used up; it begins anew at " + to_iso8601(resets_at));
  why.retry_after = resets_at - now;
  auto const subject = by.subject == quota_subject::tenant ? "tenant" : "user";
  why.issues.push_back({"quota", std::string(subject) + '/' + name_of(by.period) + '/' + name_of(by.measure)});
  why.issues.push_back({"setBy", name_of(by.authority)});
  why.issues.push_back({"limit", std::to_string(by.limit)});
  why.issues.push_back({"used", std::to_string(used)});
  why.issues.push_back({"resetsAt", to_iso8601(resets_at)});
  return why;
}

}  // namespace

allowance::allowance(std::shared_ptr<tenant_ledgers> ledgers, user_id user, std::vector<quota> limits)
    : ledgers_(std::move(ledgers)), limits_(std::move(limits)) {
  std::lock_guard const lock(ledgers_->mutex);
  own_ = &ledgers_->users[user];
}

void allowance::turn_to(timestamp now) const {
  ledgers_->whole.turn_to(now);
  own_->turn_to(now);
}

void allowance::reserve(spending const& more) const {
  ledgers_->whole.reserve(more);
  own_->reserve(more);
}

ledger const& allowance::of(quota const& one) const {
  return one.subject == quota_subject::tenant ? ledgers_->whole : *own_;
}

quota const* allowance::passed(payer whose, spending const& more, bool full_counts) const {
  for (auto const& one : limits_) {
    if (!concerns(one, whose)) continue;
    auto const used = measured(one, of(one).in(one.period));
    auto const total = bounded_sum(used, measured(one, more));
    if (total > one.limit || (full_counts && total == one.limit)) return &one;
  }
  return nullptr;
}

result<void> allowance::admit(payer whose, spending const& first, timestamp now) const {
  if (unlimited()) return {};
  std::lock_guard const lock(ledgers_->mutex);
  turn_to(now);
  if (auto const* full = passed(whose, first, true))
    return exceeded(*full, measured(*full, of(*full).in(full->period)), now);
  reserve(first);
  return {};
}

result<void> allowance::add(payer whose, spending const& more, timestamp now) const {
  if (unlimited()) return {};
  std::lock_guard const lock(ledgers_->mutex);
  turn_to(now);
  reserve(more);
  auto const* const over = passed(whose, spending(), false);
  if (!over) return {};
  return exceeded(*over, measured(*over, of(*over).in(over->period)), now);
}

void allowance::adjust(spending const& more, spending const& less) const {
  if (unlimited()) return;
  auto by = more;
  by -= less;
  std::lock_guard const lock(ledgers_->mutex);
  reserve(by);
}

std::vector<quota_state> allowance::states(timestamp now) const {
  std::vector<quota_state> all;
  if (unlimited()) return all;
  std::lock_guard const lock(ledgers_->mutex);
  turn_to(now);
  for (auto const& one : limits_)
    all.push_back({one, measured(one, of(one).in(one.period)), reset_of(one.period, now)});
  return all;
}

}  // namespace sambung
