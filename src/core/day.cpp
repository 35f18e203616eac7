#include "core/day.hpp"

namespace sambung {
namespace {

using namespace std::chrono;

year_month_day date_of(timestamp time) { return floor<days>(time); }

void put(std::string& text, std::size_t at, unsigned number, std::size_t digits) {
  for (auto i = at + digits; i > at; --i, number /= 10) text[i - 1] = static_cast<char>('0' + number % 10);
}

std::string text_of(year_month_day date) {
  std::string text = "0000-00-00";
  put(text, 0, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put(text, 5, static_cast<unsigned>(date.month()), 2);
  put(text, 8, static_cast<unsigned>(date.day()), 2);
  return text;
}

year_month_day first_of_month(timestamp time) {
  auto const date = date_of(time);
  return date.year() / date.month() / day(1);
}

}  // namespace

std::string day_of(timestamp time) { return text_of(date_of(time)); }

std::string month_of(timestamp time) { return text_of(first_of_month(time)); }

timestamp end_of_day(timestamp time) { return floor<days>(time) + days(1); }

timestamp end_of_month(timestamp time) { return sys_days(first_of_month(time) + months(1)); }

bool is_day(std::string_view text) {
  if (text.size() != 10) return false;
  auto const time = parse_iso8601(std::string(text) + "T00:00:00Z");
  return time && day_of(*time) == text;
}

}  // namespace sambung
