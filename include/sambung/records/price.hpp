// price: what the tokens of a model cost.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace sambung {

// What a whole answer costs whose prompt has over so many tokens, in place of the price's own amounts.
struct long_input_price {
  std::int64_t over = 0;  // tokens of input, 1 to 1,000,000,000,000
  std::int64_t input = 0;
  std::optional<std::int64_t> cached_input;
  std::optional<std::int64_t> cache_write;
  std::int64_t output = 0;
};
SAMBUNG_DESCRIBE_STRUCT(long_input_price, (), (over, input, cached_input, cache_write, output))
SAMBUNG_API record_description describe_record(record_of<long_input_price>);

// What a model costs from a day on. Amounts are micro-dollars for a million tokens: 150000 is 15 US cents.
struct price {
  std::string model;                         // "provider/model"; a '*' at the end stands for anything
  std::string from;                          // the first day (UTC) that it holds: "2024-07-18"
  std::int64_t input = 0;                    // 0 to 1,000,000,000,000, as all amounts
  std::optional<std::int64_t> cached_input;  // none: as input
  std::optional<std::int64_t> cache_write;   // none: as input
  std::int64_t output = 0;                   // reasoning is output
  std::optional<long_input_price> long_input;
};
SAMBUNG_DESCRIBE_STRUCT(price, (), (model, from, input, cached_input, cache_write, output, long_input))
SAMBUNG_API record_description describe_record(record_of<price>);

}  // namespace sambung
