#include <sambung/records/part.hpp>

namespace sambung {

record_description describe_record(record_of<text_part>) {
  return record<text_part>().text(&text_part::text, 0, max_part_bytes);
}

record_description describe_record(record_of<reasoning_part>) {
  return record<reasoning_part>().text(&reasoning_part::text, 0, max_part_bytes);
}

record_description describe_record(record_of<tool_call_part>) {
  return record<tool_call_part>().text(&tool_call_part::arguments, 0, max_part_bytes);
}

record_description describe_record(record_of<tool_result_part>) {
  return record<tool_result_part>()
      .text(&tool_result_part::text, 0, max_part_bytes)
      .optional(&tool_result_part::is_error);
}

record_description describe_record(record_of<image_part>) {
  return record<image_part>().text(&image_part::url, 1, max_part_bytes);
}

record_description describe_record(record_of<file_part>) {
  return record<file_part>().text(&file_part::url, 1, max_part_bytes);
}

// What was stored by earlier versions has not all of these.
record_description describe_record(record_of<token_counts>) {
  record<token_counts> made;
  for_each_integer<token_counts>([&](auto count) { made.optional(count); });
  return made;
}

record_description describe_record(record_of<token_usage>) {
  return record<token_usage>().optional(&token_usage::estimated).optional(&token_usage::replayed);
}

}  // namespace sambung
