#include "services/accounting/quota_book.hpp"

#include "core/day.hpp"
#include "services/accounting/accounting_state.hpp"
#include "services/accounting/usage_meter.hpp"
#include "services/base/engine_core.hpp"

#include <algorithm>
#include <tuple>

namespace sambung {

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
    auto const found = (co_await detail::read_to_a_place(*core_.store, where, table, which)).value();
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
