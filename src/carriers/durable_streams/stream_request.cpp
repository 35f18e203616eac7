#include "carriers/durable_streams/stream_request.hpp"

#include "carriers/durable_streams/stream_wire.hpp"
#include "core/percent.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace sambung::durable_streams {
namespace {

// A cursor counts intervals of 20 s: what is beyond this is none of ours, and near the end of the numbers.
constexpr std::int64_t max_cursor = 1'000'000'000'000;

// What one parameter says; nothing where it does not stand.
struct parameter {
  std::optional<std::string> value;
  bool repeated = false;
  bool damaged = false;
};

void take(parameter& into, std::string_view text) {
  into.repeated = into.value.has_value();
  auto decoded = percent_decode(text);
  into.damaged = into.damaged || !decoded;
  into.value = decoded ? std::move(*decoded) : std::string();
}

class query_reader {
 public:
  explicit query_reader(std::string_view query) {
    for (std::size_t begin = 0; begin < query.size();) {
      auto const end = std::min(query.find('&', begin), query.size());
      take_item(query.substr(begin, end - begin));
      begin = end + 1;
    }
  }

  result<stream_request> read() {
    demand_one(offset_, "offset");
    demand_one(live_, "live");
    read_offset();
    read_live();
    if (request_.live != live_mode::none && !offset_.value) refuse("offset", "required with live");
    if (cursor_.value) read_cursor();
    if (issues_.empty()) return request_;
    return failure(errc::invalid_argument, "the stream cannot be read so", std::move(issues_));
  }

 private:
  void take_item(std::string_view item) {
    auto const equals = std::min(item.find('='), item.size());
    auto const name = item.substr(0, equals);
    auto const value = item.substr(std::min(equals + 1, item.size()));
    if (name == "offset") take(offset_, value);
    else if (name == "live") take(live_, value);
    else if (name == "cursor") take(cursor_, value);
  }

  void refuse(char const* name, char const* why) { issues_.push_back({name, why}); }

  void demand_one(parameter const& one, char const* name) {
    if (one.repeated) refuse(name, "only once");
    else if (one.damaged) refuse(name, "bad percent-encoding");
  }

  void read_offset() {
    if (!offset_.value || offset_.repeated || offset_.damaged || *offset_.value == "-1") return;
    request_.from_tail = *offset_.value == "now";
    if (request_.from_tail) return;
    auto const after = decode_offset(*offset_.value);
    if (after) request_.after = *after;
    else refuse("offset", "must be -1, now, or an offset that this stream gave");
  }

  void read_live() {
    if (!live_.value || live_.repeated || live_.damaged) return;
    if (*live_.value == "long-poll") request_.live = live_mode::long_poll;
    else if (*live_.value == "sse") request_.live = live_mode::sse;
    else refuse("live", "must be long-poll or sse");
  }

  void read_cursor() {
    auto const number = whole_number<std::int64_t>(*cursor_.value);
    if (number && *number >= 0 && *number <= max_cursor) request_.cursor = *number;
  }

  parameter offset_, live_, cursor_;
  stream_request request_;
  std::vector<issue> issues_;
};

}  // namespace

result<stream_request> decode_request(std::string_view query) { return query_reader(query).read(); }

}  // namespace sambung::durable_streams
