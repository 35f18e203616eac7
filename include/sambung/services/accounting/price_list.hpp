// price_list: what the tokens of each model cost, as data.
//
//   {"source": "https://vendor.example/pricing", "asOf": "2026-01-31", "prices": [
//     {"model": "openai/gpt-4o-mini", "from": "2024-07-18", "input": 150000, "cachedInput": 75000, "output": 600000},
//     {"model": "ollama/*", "from": "1970-01-01", "input": 0, "output": 0}]}
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/records/part.hpp>
#include <sambung/records/price.hpp>

#include <memory>

namespace sambung {

// What `used` costs at this price, in micro-dollars: exact, then rounded once to the nearest, halves up. Counts outside
// 0 to 1,000,000,000,000 are taken as the nearest of these, parts that exceed their whole as the whole.
SAMBUNG_API std::int64_t cost_microusd(price const& at, token_usage const& used);

// What a vendor says itself that an answer cost, in micro-dollars: the number "cost" of its usage (OpenRouter), which
// is in dollars. Empty when it says nothing, or nothing that can be so: negative, or over a million dollars.
SAMBUNG_API std::optional<std::int64_t> reported_cost_microusd(std::string_view raw_usage);

// An immutable set of prices. Thread safety: safe to use from any thread. Copies share what they hold.
class SAMBUNG_API price_list {
 public:
  // Knows no price.
  price_list();

  // The prices of some well-known models that Sambung brings, with their source and date in
  // src/services/standard_prices.cpp; local models and the demo cost nothing.
  static price_list standard();

  // Reads the JSON above; "source" and "asOf" may be left out. errc::invalid_argument lists every fault by its path:
  // unknown and missing members, amounts out of range, days that are none, a '*' that is not at the end, two prices of
  // the same model from the same day.
  static result<price_list> parse(std::string_view json);
  // errc::not_found when it cannot be read; otherwise as parse().
  static result<price_list> read(std::string const& file);

  // These prices first, and those of `base` for models that these do not know.
  price_list over(price_list const& base) const;

  // The price of "provider/model" on the day of `when` (UTC): of the exact name, else of the longest pattern that fits,
  // the latest one that has begun. Null when none is known. Lifetime: that of this list.
  price const* find(std::string_view model, timestamp when) const;

 private:
  class layer;
  explicit price_list(std::vector<std::shared_ptr<layer const>> layers);

  std::vector<std::shared_ptr<layer const>> layers_;  // the first that knows a model counts
};

}  // namespace sambung
