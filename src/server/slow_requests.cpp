#include "server/slow_requests.hpp"

namespace sambung::serving {
namespace {

std::string line_of(std::uint64_t left_out, timestamp now) {
  return left_out == 0 ? std::string() : encode_event(now, "slow_requests_left_out", std::to_string(left_out));
}

}  // namespace

std::string slow_requests::lines_of(access_record const& record) {
  if (from_.count() == 0 || record.took < from_) return {};
  auto const may = budget_.take(record.time);
  return may ? line_of(*may, record.time) + encode_slow(record) : std::string();
}

std::string slow_requests::left_out(timestamp now) { return line_of(budget_.take_left_out(now), now); }

}  // namespace sambung::serving
