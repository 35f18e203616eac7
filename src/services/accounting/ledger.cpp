#include "services/accounting/ledger.hpp"

#include "core/day.hpp"

#include <algorithm>

namespace sambung {
namespace {

spending at_least_nothing(spending some) {
  for_each_integer<spending>([&](auto amount) { some.*amount = std::max<std::int64_t>(some.*amount, 0); });
  return some;
}

spending at_most(spending some, spending const& most) {
  for_each_integer<spending>([&](auto amount) { some.*amount = std::min(some.*amount, most.*amount); });
  return some;
}

}  // namespace

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

}  // namespace sambung
