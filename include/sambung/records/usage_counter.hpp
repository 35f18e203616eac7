#pragma once

#include <sambung/core/record.hpp>

namespace sambung {

// What one user used of one model on one day (UTC).
struct usage_counter {
  std::string id;  // "<user id>/<day>/<model>"
  sambung::user_id user_id;
  std::string day;    // "2026-01-31"
  std::string model;  // "provider/model"
  std::int64_t requests = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t cost_microusd = 0;  // of the requests whose price was known
};
BOOST_DESCRIBE_STRUCT(usage_counter, (),
                      (id, user_id, day, model, requests, input_tokens, output_tokens, cost_microusd))

record_description describe_record(record_of<usage_counter>);

}  // namespace sambung
