#include <sambung/services/accounting/price_list.hpp>

#include <sambung/core/json_codec.hpp>

#include "core/day.hpp"
#include "services/accounting/standard_prices.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <unordered_map>

namespace sambung {
namespace {

constexpr std::int64_t million = 1'000'000;
constexpr std::int64_t max_tokens = million * million;
constexpr std::int64_t max_microusd = million * million;  // for a million tokens, and for one answer
constexpr std::size_t max_prices = 10'000;
constexpr std::size_t max_list_bytes = 4 * 1'048'576;

// A file of prices.
struct price_table {
  std::optional<std::string> source;
  std::optional<std::string> as_of;
  std::vector<price> prices;
};
BOOST_DESCRIBE_STRUCT(price_table, (), (source, as_of, prices))
record_description describe_record(record_of<price_table>) {
  return record<price_table>().items(&price_table::prices, max_prices);
}

bool is_pattern(std::string_view model) {
  auto const slash = model.find('/');
  return slash != 0 && slash != model.npos && slash + 1 < model.size() && model.find('*') >= model.size() - 1;
}

std::vector<issue> faults_of(std::vector<price> const& prices) {
  std::vector<issue> issues;
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> seen;
  for (std::size_t i = 0; i < prices.size(); ++i) {
    auto const& one = prices[i];
    auto const path = "prices[" + std::to_string(i) + "]";
    if (!is_pattern(one.model))
      issues.push_back({path + ".model", "must be provider/model, with a '*' at the end only"});
    if (!is_day(one.from)) issues.push_back({path + ".from", "must be a day, such as 2024-07-18"});
    auto const [first, fresh] = seen.try_emplace({one.model, one.from}, i);
    if (!fresh)
      issues.push_back({path, "the same model from the same day as prices[" + std::to_string(first->second) + "]"});
  }
  return issues;
}

std::int64_t within(std::int64_t tokens, std::int64_t most) { return std::clamp<std::int64_t>(tokens, 0, most); }

// A sum of tokens at prices for a million of them, without overflow: both factors have at most twelve zeroes.
class exact_sum {
 public:
  void add(std::int64_t tokens, std::int64_t per_million) {
    whole_ += tokens / million * per_million;
    fraction_ += tokens % million * per_million;
    whole_ += fraction_ / million;
    fraction_ %= million;
  }
  std::int64_t rounded() const { return whole_ + (fraction_ >= million / 2 ? 1 : 0); }

 private:
  std::int64_t whole_ = 0;
  std::int64_t fraction_ = 0;  // millionths of a micro-dollar
};

// At a price, or at what it is for long prompts.
template <class Amounts>
std::int64_t sum_of(Amounts const& at, token_usage const& used) {
  auto const input = within(used.input_tokens, max_tokens);
  auto const cached = within(used.cached_input_tokens, input);
  auto const written = within(used.cache_write_tokens, input - cached);
  exact_sum sum;
  sum.add(input - cached - written, at.input);
  sum.add(cached, at.cached_input.value_or(at.input));
  sum.add(written, at.cache_write.value_or(at.input));
  sum.add(within(used.output_tokens, max_tokens), at.output);
  return sum.rounded();
}

}  // namespace

std::int64_t cost_microusd(price const& at, token_usage const& used) {
  bool const is_long = at.long_input && used.input_tokens > at.long_input->over;
  return is_long ? sum_of(*at.long_input, used) : sum_of(at, used);
}

std::optional<std::int64_t> reported_cost_microusd(std::string_view raw_usage) {
  // Most vendors say nothing: that is seen without parsing.
  if (raw_usage.find("\"cost\"") == raw_usage.npos) return std::nullopt;
  auto const usage = parse_json(raw_usage);
  auto const* const object = usage ? usage->if_object() : nullptr;
  auto const* const cost = object ? object->if_contains("cost") : nullptr;
  if (!cost || !cost->is_number()) return std::nullopt;
  auto const microusd = cost->to_number<double>() * static_cast<double>(million);
  if (!(microusd >= 0 && microusd <= static_cast<double>(max_microusd))) return std::nullopt;
  return std::llround(microusd);
}

// The prices of one file.
class price_list::layer {
 public:
  explicit layer(std::vector<price> prices) {
    // The latest first.
    std::ranges::stable_sort(prices, std::ranges::greater(), &price::from);
    for (auto& one : prices) {
      if (one.model.back() != '*') {
        exact_[one.model].push_back(std::move(one));
        continue;
      }
      auto prefix = one.model.substr(0, one.model.size() - 1);
      auto place = std::ranges::find(patterns_, prefix, &pattern::prefix);
      if (place == patterns_.end()) place = patterns_.insert(place, pattern{std::move(prefix), {}});
      place->prices.push_back(std::move(one));
    }
    std::ranges::stable_sort(patterns_, std::ranges::greater(), [](pattern const& p) { return p.prefix.size(); });
  }

  price const* find(std::string_view model, std::string_view day) const {
    auto const exact = exact_.find(model);
    if (exact != exact_.end())
      if (auto const* found = begun(exact->second, day)) return found;
    for (auto const& one : patterns_) {
      if (!model.starts_with(one.prefix)) continue;
      if (auto const* found = begun(one.prices, day)) return found;
    }
    return nullptr;
  }

 private:
  struct pattern {
    std::string prefix;
    std::vector<price> prices;
  };
  struct hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  static price const* begun(std::vector<price> const& latest_first, std::string_view day) {
    for (auto const& one : latest_first)
      if (one.from <= day) return &one;
    return nullptr;
  }

  std::unordered_map<std::string, std::vector<price>, hash, std::equal_to<>> exact_;
  std::vector<pattern> patterns_;  // the longest first
};

price_list::price_list() = default;

price_list::price_list(std::vector<std::shared_ptr<layer const>> layers) : layers_(std::move(layers)) {}

price_list price_list::standard() {
  static price_list const brought = parse(standard_prices).value();
  return brought;
}

result<price_list> price_list::parse(std::string_view json) {
  json_limits limits;
  limits.max_bytes = max_list_bytes;
  auto table = parse_json_as<price_table>(json, limits);
  if (!table) return table.error();
  auto issues = faults_of(table->prices);
  if (!issues.empty()) {
    auto message = "invalid prices: " + issues.front().path + ": " + issues.front().message;
    return failure(errc::invalid_argument, std::move(message), std::move(issues));
  }
  std::vector<std::shared_ptr<layer const>> layers;
  layers.push_back(std::make_shared<layer const>(std::move(table->prices)));
  return price_list(std::move(layers));
}

result<price_list> price_list::read(std::string const& file) {
  std::ifstream opened(file, std::ios::binary);
  std::ostringstream text;
  text << opened.rdbuf();
  if (!opened || !text) return failure(errc::not_found, "cannot read the prices in " + file);
  return parse(text.view());
}

price_list price_list::over(price_list const& base) const {
  auto layers = layers_;
  layers.insert(layers.end(), base.layers_.begin(), base.layers_.end());
  return price_list(std::move(layers));
}

price const* price_list::find(std::string_view model, timestamp when) const {
  auto const day = day_of(when);
  for (auto const& one : layers_)
    if (auto const* found = one->find(model, day)) return found;
  return nullptr;
}

}  // namespace sambung
