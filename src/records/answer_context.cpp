#include <sambung/records/answer_context.hpp>

namespace sambung {

record_description describe_record(record_of<answer_context>) {
  return record<answer_context>("answer_contexts")
      .text(&answer_context::prompt_label, 1, 40)
      .text(&answer_context::prompt_values, 0, max_kept_value_bytes)
      .index(&answer_context::chat_id)
      .index(&answer_context::prompt_version_id)
      .refers_to(&answer_context::chat_id, "chats")
      .part_of(&answer_context::chat_id, "chats")
      .not_announced("told with its answer");
}

}  // namespace sambung
