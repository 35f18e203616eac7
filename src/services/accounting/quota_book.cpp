#include "services/accounting/quota_book.hpp"

#include "core/day.hpp"
#include "core/enum_name.hpp"
#include "services/accounting/accounting_state.hpp"
#include "services/accounting/usage_meter.hpp"
#include "services/base/engine_core.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <tuple>

namespace sambung {
namespace {

// Never past what can be added to again: amounts come from vendors.
std::int64_t sum_of(std::int64_t a, std::int64_t b) {
  constexpr std::int64_t most = 1'000'000'000'000'000'000;
  return std::clamp(std::clamp(a, -most, most) + std::clamp(b, -most, most), -most, most);
}

spending at_least_nothing(spending some) {
  for_each_integer<spending>([&](auto amount) { some.*amount = std::max<std::int64_t>(some.*amount, 0); });
  return some;
}

spending at_most(spending some, spending const& most) {
  for_each_integer<spending>([&](auto amount) { some.*amount = std::min(some.*amount, most.*amount); });
  return some;
}

std::int64_t measured(quota const& by, spending const& what) {
  if (by.measure == quota_measure::tokens) return what.tokens;
  if (by.authority == quota_authority::platform) return what.platform_money;
  return sum_of(what.platform_money, what.tenant_money);
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

// --- amounts --------------------------------------------------------------------------------------------------------

spending& spending::operator+=(spending const& more) {
  for_each_integer<spending>([&](auto amount) { this->*amount = sum_of(this->*amount, more.*amount); });
  return *this;
}

spending& spending::operator-=(spending const& less) {
  for_each_integer<spending>([&](auto amount) { this->*amount = sum_of(this->*amount, -(less.*amount)); });
  return *this;
}

spending spent(payer whose, std::int64_t tokens, std::int64_t cost_microusd) {
  spending out;
  out.tokens = tokens;
  if (whose == payer::platform) out.platform_money = cost_microusd;
  if (whose == payer::tenant) out.tenant_money = cost_microusd;
  return out;
}

spending spent(usage_counter const& used) {
  auto const whose = used.key == key_source::configured ? payer::platform
                     : used.key == key_source::tenant   ? payer::tenant
                                                        : payer::nobody;
  return spent(whose, sum_of(used.input_tokens, used.output_tokens), used.cost_microusd);
}

// --- ledger ---------------------------------------------------------------------------------------------------------

void ledger::turn_to(timestamp now) {
  if (now < day_ends_) return;
  turn_to(day_of(now));
  day_ends_ = end_of_day(now);
}

void ledger::turn_to(std::string const& day) {
  if (day <= day_) return;
  bool const same_month = day.compare(0, 7, day_, 0, 7) == 0;
  if (same_month) (past_ += others_) += own_;
  else past_ = spending();
  others_ = own_ = written_ = spending();
  day_ = day;
  past_known_ = false;
}

void ledger::settle(std::string const& day, spending const& used) {
  turn_to(day);
  if (day == day_) own_ += used;
  else if (day.compare(0, 7, day_, 0, 7) == 0) past_ += used;
}

void ledger::confirm_written(std::string const& day, spending const& used) {
  if (day != day_) return;
  written_ += used;
  // What was settled before there was this ledger is not own.
  written_ = at_most(written_, own_);
}

void ledger::learn(stored const& found, spending const& written_before) {
  if (!past_known_) past_ = found.before_day;
  past_known_ = known_ = true;
  auto others = found.day;
  others -= written_before;
  others_ = at_least_nothing(others);
}

spending ledger::in(quota_period period) const {
  auto sum = others_;
  (sum += own_) += in_flight_;
  if (period == quota_period::month) sum += past_;
  return sum;
}

// --- allowance ------------------------------------------------------------------------------------------------------

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
    auto const total = sum_of(used, measured(one, more));
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

// --- quota_book -----------------------------------------------------------------------------------------------------

quota_book::allowance_ref quota_book::remembered(scope const& where, user_id user) {
  auto const now = core_.clock->now();
  allowance_ref found;
  {
    std::lock_guard const lock(mutex_);
    auto const known = entries_.find(place{where, user});
    if (known == entries_.end() || known->second.generation != generation_ || known->second.until <= now)
      return nullptr;
    found = known->second.what;
    if (core_.sole || now < known->second.refresh_at) return found;
    known->second.refresh_at = now + refresh_interval;  // by whoever came first
  }
  core_.run_in_background(refresh(core_.shared_from_this(), where, user));
  return found;
}

task<void> quota_book::refresh(std::shared_ptr<engine_core> core, scope where, user_id user) {
  std::ignore = co_await as_result(core->accounting->quotas.look_up(where, user));
}

task<quota_book::allowance_ref> quota_book::look_up(scope where, user_id user) {
  auto const generation = generation_.load();
  auto const asked = core_.clock->now();
  auto limits = co_await limits_of(where, user);
  auto found = std::make_shared<allowance const>();
  if (!limits.empty()) {
    // What was used before somebody kept a ledger is to be found in storage.
    if (!known_ledgers(where)) co_await core_.accounting->usage.write();
    auto const ledgers = ledgers_of(where);
    bool const whole = std::ranges::any_of(limits, [](auto& one) { return one.subject == quota_subject::tenant; });
    bool const own = std::ranges::any_of(limits, [](auto& one) { return one.subject != quota_subject::tenant; });
    if (whole) co_await load(where, ledgers, quota_subject::tenant, user);
    if (own) co_await load(where, ledgers, quota_subject::user, user);
    found = std::make_shared<allowance const>(ledgers, user, std::move(limits));
  }
  entry made;
  made.what = found;
  made.generation = generation;
  made.refresh_at = asked + refresh_interval;
  made.until = core_.sole ? timestamp::max() : asked + max_age;
  keep(place{where, user}, std::move(made));
  co_return found;
}

// Of the platform's and of the tenant's own; for a user those of their own stand for those of each user.
task<std::vector<quota>> quota_book::limits_of(scope where, user_id user) const {
  auto const quotas = core_.records<quota>(where);
  page_request const all(max_page_size);  // more than there can be
  auto own = (co_await quotas.list(quotas.where(&quota::user_id, user), all)).value();
  auto const common = (co_await quotas.list(quotas.all().where(where_null(&quota::user_id)), all)).value();
  // A limit that cannot be read must not become none.
  if (own.damaged + common.damaged > 0) throw error(errc::data_loss, "a quota is damaged");
  auto limits = std::move(own.items);
  auto const users_own = limits.size();
  for (auto const& one : common.items) {
    auto const replaces = [&](quota const& other) {
      return one.subject == quota_subject::each_user && other.authority == one.authority &&
             other.period == one.period && other.measure == one.measure;
    };
    if (std::none_of(limits.begin(), limits.begin() + static_cast<std::ptrdiff_t>(users_own), replaces))
      limits.push_back(one);
  }
  co_return limits;
}

task<void> quota_book::load(scope where, std::shared_ptr<tenant_ledgers> ledgers, quota_subject whose, user_id user) {
  auto const now = core_.clock->now();
  auto const today = day_of(now);
  auto const month = month_of(now);
  spending written;
  bool past_known = false;
  {
    std::lock_guard const lock(ledgers->mutex);
    auto& one = ledgers->of(whose, user);
    one.turn_to(today);
    if (core_.sole && one.is_known()) co_return;
    written = one.written();
    past_known = one.knows_past();
  }
  auto const of_days = [&](comparison from, std::string const& first, comparison to, std::string const& last) {
    query q = whose == quota_subject::tenant ? collection<usage_counter>::all()
                                             : collection<usage_counter>::where(&usage_counter::user_id, user);
    std::vector<std::string> by_day(1, "day");
    return std::move(q)
        .where(sambung::where(&usage_counter::day, from, first))
        .where(sambung::where(&usage_counter::day, to, last))
        .order(std::move(by_day), direction::descending);
  };
  ledger::stored found;
  if (!past_known) {
    auto before = of_days(comparison::greater_equal, month, comparison::less, today);
    found.before_day = co_await sum(where, std::move(before));
  }
  auto of_today = of_days(comparison::greater_equal, today, comparison::less_equal, today);
  found.day = co_await sum(where, std::move(of_today));
  std::lock_guard const lock(ledgers->mutex);
  auto& one = ledgers->of(whose, user);
  one.turn_to(today);
  one.learn(found, written);
}

task<spending> quota_book::sum(scope where, query which) const {
  auto const& table = description_of<usage_counter>();
  which = std::move(which).limit(max_rows);
  spending total;
  for (;;) {
    auto const found = (co_await core_.store->read(where, which)).value();
    for (auto const& one : core_.records<usage_counter>(where).readable(found)) total += spent(one);
    if (!found.more) co_return total;
    auto last = detail::place_of(found.items.back(), which, table);
    which = std::move(which).after(std::move(last));
  }
}

std::shared_ptr<tenant_ledgers> quota_book::ledgers_of(scope const& where) {
  std::lock_guard const lock(mutex_);
  if (ledgers_.size() >= capacity)
    std::erase_if(ledgers_, [](auto const& item) {
      std::lock_guard const inner(item.second->mutex);
      return item.second.use_count() == 1 && !item.second->whole.has_unwritten();
    });
  auto& found = ledgers_[where];
  if (!found) found = std::make_shared<tenant_ledgers>();
  return found;
}

std::shared_ptr<tenant_ledgers> quota_book::known_ledgers(scope const& where) const {
  std::lock_guard const lock(mutex_);
  auto const found = ledgers_.find(where);
  return found == ledgers_.end() ? nullptr : found->second;
}

void quota_book::settle(scope const& where, usage_counter const& used, allowance_ref const& from,
                        spending const& reserved) {
  bool const limited = from && !from->unlimited();
  auto const ledgers = limited ? from->ledgers_ : known_ledgers(where);
  if (!ledgers) return;
  auto const amount = spent(used);
  std::lock_guard const lock(ledgers->mutex);
  for (auto* one : {&ledgers->whole, &ledgers->users[used.user_id]}) {
    one->settle(used.day, amount);
    if (limited) one->release(reserved);
  }
}

void quota_book::confirm_written(scope const& where, usage_counter const& used) {
  auto const ledgers = known_ledgers(where);
  if (!ledgers) return;
  auto const amount = spent(used);
  std::lock_guard const lock(ledgers->mutex);
  for (auto* one : {&ledgers->whole, &ledgers->users[used.user_id]}) one->confirm_written(used.day, amount);
}

void quota_book::keep(place where, entry what) {
  auto const now = core_.clock->now();
  std::lock_guard const lock(mutex_);
  if (entries_.size() >= capacity) {
    std::erase_if(entries_,
                  [&](auto const& item) { return item.second.generation != generation_ || item.second.until <= now; });
    if (entries_.size() >= capacity) entries_.clear();
  }
  entries_.insert_or_assign(where, std::move(what));
}

}  // namespace sambung
