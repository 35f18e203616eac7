#include <sambung/records/prompt_use.hpp>

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
      .optional(&prompt_use::values)
      .optional(&prompt_use::follow_label);
}

}  // namespace sambung
