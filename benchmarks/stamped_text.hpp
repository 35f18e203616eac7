// The text of one streamed event, which tells which it is and when it left: what the mock upstream writes and the load
// generator checks. "~0017~" or "~0017:DUE:SENT~", nanoseconds of the machine's monotonic clock in fixed widths, and
// filler behind it up to the text's size.
#pragma once

#include <ctime>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stamped {

inline constexpr std::size_t index_digits = 4;
inline constexpr std::size_t time_digits = 17;
inline constexpr std::size_t plain_size = 1 + index_digits + 1;
inline constexpr std::size_t timed_size = plain_size + 2 * (1 + time_digits);

struct stamp {
  std::int64_t index = 0;
  std::int64_t due_ns = 0;  // when it should have left; 0: not timed
  std::int64_t sent_ns = 0;
};

inline std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

inline std::string const& filler() {
  static std::string const text = [] {
    std::string made;
    while (made.size() < 65'536) made += " selamat pagi, apa khabar?";
    return made;
  }();
  return text;
}

inline void write_number(char* at, std::size_t digits, std::int64_t number) {
  for (auto i = digits; i-- > 0; number /= 10) at[i] = static_cast<char>('0' + number % 10);
}

// Writes the stamp over the beginning of a text that was made for timed stamps.
inline void restamp(char* text, stamp const& of) {
  write_number(text + 1, index_digits, of.index);
  write_number(text + 2 + index_digits, time_digits, of.due_ns);
  write_number(text + 3 + index_digits + time_digits, time_digits, of.sent_ns);
}

inline std::string plain_text(std::int64_t index, std::size_t size) {
  std::string text(plain_size, '~');
  write_number(text.data() + 1, index_digits, index);
  if (size > text.size()) text.append(filler(), 0, size - text.size());
  return text;
}

inline std::string timed_text(std::size_t size) {
  std::string text(timed_size, '~');
  text[1 + index_digits] = text[2 + index_digits + time_digits] = ':';
  restamp(text.data(), stamp());
  if (size > text.size()) text.append(filler(), 0, size - text.size());
  return text;
}

inline std::optional<std::int64_t> read_number(std::string_view digits) {
  std::int64_t number = 0;
  for (char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

// The stamp of a whole text; empty unless everything in it is as it was written.
inline std::optional<stamp> read(std::string_view text) {
  if (text.size() < plain_size || text[0] != '~') return std::nullopt;
  bool const timed = text[1 + index_digits] == ':';
  auto const size = timed ? timed_size : plain_size;
  if (text.size() < size || text[size - 1] != '~') return std::nullopt;
  auto const rest = text.substr(size);
  if (rest != std::string_view(filler()).substr(0, rest.size())) return std::nullopt;
  auto const index = read_number(text.substr(1, index_digits));
  if (!index) return std::nullopt;
  if (!timed) return stamp{*index, 0, 0};
  auto const due = read_number(text.substr(2 + index_digits, time_digits));
  auto const sent = read_number(text.substr(3 + index_digits + time_digits, time_digits));
  if (!due || !sent) return std::nullopt;
  return stamp{*index, *due, *sent};
}

}  // namespace stamped
