#include <sambung/server/rates.hpp>

#include "core/text.hpp"

#include <algorithm>

namespace sambung {
namespace {

constexpr std::int64_t max_amount = 1'000'000'000;

struct named_rate {
  std::string_view name;
  rate_limit request_rates::* member;
};

constexpr named_rate named_rates[] = {
    {"address", &request_rates::address}, {"principal", &request_rates::principal},
    {"read", &request_rates::read},       {"write", &request_rates::write},
    {"model", &request_rates::model},     {"credentials", &request_rates::credentials},
    {"account", &request_rates::account}, {"everywhere", &request_rates::everywhere},
    {"device", &request_rates::device},
};

std::optional<std::int64_t> parse_amount(std::string_view text) {
  auto const amount = whole_number<std::int64_t>(text);
  if (!amount || *amount < 1 || *amount > max_amount) return std::nullopt;
  return amount;
}

std::optional<double> seconds_of(std::string_view unit) {
  if (unit == "s") return 1;
  if (unit == "m") return 60;
  if (unit == "h") return 3'600;
  return std::nullopt;
}

// "200/s:400", or "off".
std::optional<rate_limit> parse_limit(std::string_view text) {
  if (text == "off") return rate_limit();
  auto const slash = text.find('/');
  auto const colon = text.find(':');
  if (slash == text.npos || colon == text.npos || colon < slash) return std::nullopt;
  auto const amount = parse_amount(text.substr(0, slash));
  auto const seconds = seconds_of(text.substr(slash + 1, colon - slash - 1));
  auto const burst = parse_amount(text.substr(colon + 1));
  if (!amount || !seconds || !burst) return std::nullopt;
  return rate_limit(static_cast<double>(*amount) / *seconds, *burst);
}

}  // namespace

record_description describe_record(record_of<request_rates>) { return record<request_rates>().all_optional(); }

request_rates no_rates() {
  request_rates none;
  for (auto const& one : named_rates) none.*one.member = rate_limit();
  return none;
}

result<request_rates> parse_rates(std::string_view text) {
  failure const wrong(errc::invalid_argument, "must be rates, such as address=200/s:400,account=2/m:10");
  if (trim(text, " ") == "off") return no_rates();
  request_rates rates;
  for (std::size_t begin = 0; begin <= text.size();) {
    auto const end = std::min(text.find(',', begin), text.size());
    auto const item = trim(text.substr(begin, end - begin), " ");
    begin = end + 1;
    auto const equals = item.find('=');
    auto const* known = std::ranges::find(named_rates, item.substr(0, equals), &named_rate::name);
    auto const limit = equals == item.npos ? std::nullopt : parse_limit(item.substr(equals + 1));
    if (known == std::end(named_rates) || !limit) return wrong;
    rates.*known->member = *limit;
  }
  return rates;
}

}  // namespace sambung
