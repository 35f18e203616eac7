#include <sambung/services/turns/send_options.hpp>

namespace sambung {
namespace {

// As all values of one rendering together.
constexpr std::size_t most_value_bytes = 1'048'576;

}  // namespace

record_description describe_record(record_of<prompt_use>) {
  return record<prompt_use>()
      .text(&prompt_use::label, 1, 40)
      .range(&prompt_use::version, 1, 1'000'000'000)
      .text(&prompt_use::values, 0, most_value_bytes)
      .optional(&prompt_use::values);
}

record_description describe_record(record_of<send_options>) {
  return record<send_options>()
      .text(&send_options::idempotency_key, 1, 200)
      .text(&send_options::model, 1, 200)
      .range(&send_options::max_tokens, 1, 10'000'000)
      .text(&send_options::tools, 1, 64)
      .text(&send_options::tool_choice, 1, 64)
      .range(&send_options::max_steps, 1, 1'000)
      .optional(&send_options::on_unsupported);
}

}  // namespace sambung
