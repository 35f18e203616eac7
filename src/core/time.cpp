#include <sambung/core/time.hpp>

#include "core/short_text.hpp"

#include <cstdlib>

namespace sambung {
namespace {

class reader {
 public:
  explicit reader(std::string_view text) : rest_(text) {}

  bool literal(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return std::nullopt;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

  // A decimal fraction of one to nine digits, in milliseconds; finer digits are cut.
  std::optional<int> milliseconds() {
    int value = 0;
    std::size_t count = 0;
    while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') {
      if (count < 3) value = value * 10 + (rest_[count] - '0');
      ++count;
    }
    if (count == 0 || count > 9) return std::nullopt;
    for (std::size_t i = count; i < 3; ++i) value *= 10;
    rest_.remove_prefix(count);
    return value;
  }

  std::optional<std::chrono::minutes> offset() {
    if (literal('Z') || literal('z')) return std::chrono::minutes{0};
    int const sign = literal('+') ? 1 : literal('-') ? -1 : 0;
    if (sign == 0) return std::nullopt;
    auto const hours = digits(2);
    if (!hours || *hours > 23 || !literal(':')) return std::nullopt;
    auto const minutes = digits(2);
    if (!minutes || *minutes > 59) return std::nullopt;
    return sign * std::chrono::minutes{*hours * 60 + *minutes};
  }

  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// So many digits, with zeros before the number.
void append(short_text& text, unsigned number, std::size_t digits) {
  for (auto at = text.size += digits; digits > 0; --digits, number /= 10)
    text.characters[--at] = static_cast<char>('0' + number % 10);
}

void append(short_text& text, char mark) { text.characters[text.size++] = mark; }

// Years before 0 and from 10000 on are not ISO 8601, but are told.
void append_year(short_text& text, int year) {
  if (year < 0) append(text, '-');
  append(text, static_cast<unsigned>(std::abs(year)), std::abs(year) > 9'999 ? 5 : year < 0 && year > -1'000 ? 3 : 4);
}

}  // namespace

short_text short_text_of(timestamp time) noexcept {
  auto const day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day const date(day);
  std::chrono::hh_mm_ss const clock(time - day);
  short_text text;
  append_year(text, int(date.year()));
  append(text, '-');
  append(text, unsigned(date.month()), 2);
  append(text, '-');
  append(text, unsigned(date.day()), 2);
  append(text, 'T');
  append(text, static_cast<unsigned>(clock.hours().count()), 2);
  append(text, ':');
  append(text, static_cast<unsigned>(clock.minutes().count()), 2);
  append(text, ':');
  append(text, static_cast<unsigned>(clock.seconds().count()), 2);
  append(text, '.');
  append(text, static_cast<unsigned>(clock.subseconds().count()), 3);
  append(text, 'Z');
  return text;
}

std::string to_iso8601(timestamp time) { return std::string(short_text_of(time).view()); }

std::optional<timestamp> parse_iso8601(std::string_view text) {
  reader in(text);
  auto const year = in.digits(4);
  if (!year || *year < 1 || !in.literal('-')) return std::nullopt;
  auto const month = in.digits(2);
  if (!month || !in.literal('-')) return std::nullopt;
  auto const day = in.digits(2);
  if (!day || !(in.literal('T') || in.literal('t'))) return std::nullopt;
  auto const hour = in.digits(2);
  if (!hour || *hour > 23 || !in.literal(':')) return std::nullopt;
  auto const minute = in.digits(2);
  if (!minute || *minute > 59 || !in.literal(':')) return std::nullopt;
  auto const second = in.digits(2);
  if (!second || *second > 59) return std::nullopt;
  int fraction = 0;
  if (in.literal('.')) {
    auto const parsed = in.milliseconds();
    if (!parsed) return std::nullopt;
    fraction = *parsed;
  }
  auto const offset = in.offset();
  if (!offset || !in.done()) return std::nullopt;
  std::chrono::year_month_day const date{std::chrono::year(*year), std::chrono::month(unsigned(*month)),
                                         std::chrono::day(unsigned(*day))};
  if (!date.ok()) return std::nullopt;
  return timestamp(std::chrono::sys_days(date)) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second) + std::chrono::milliseconds(fraction) - *offset;
}

}  // namespace sambung
