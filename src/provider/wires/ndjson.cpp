#include "provider/wires/ndjson.hpp"

namespace sambung {
namespace {

constexpr std::string_view blanks = " \t\r";

}  // namespace

std::string_view ndjson_decoder::trimmed(std::string_view line) {
  auto const first = line.find_first_not_of(blanks);
  if (first == line.npos) return {};
  return line.substr(first, line.find_last_not_of(blanks) + 1 - first);
}

void ndjson_decoder::keep_tail(std::string_view tail) {
  if (tail_.size() + tail.size() > max_bytes_) overflowed_ = true;
  else tail_.append(tail);
}

}  // namespace sambung
