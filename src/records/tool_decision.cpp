#include <sambung/records/tool_decision.hpp>

namespace sambung {

record_description describe_record(record_of<tool_decision>) {
  return record<tool_decision>("tool_decisions")
      .text(&tool_decision::call_id, 1, 1'024)
      .text(&tool_decision::tool, 1, 64)
      .text(&tool_decision::fingerprint, 64, 64)
      .text(&tool_decision::arguments, 0, max_shown_arguments)
      .internal(&tool_decision::fingerprint)
      .index(&tool_decision::chat_id, &tool_decision::state, &tool_decision::until)
      .index(&tool_decision::owner_id, &tool_decision::state, &tool_decision::until)
      .index(&tool_decision::state, &tool_decision::until)
      .refers_to(&tool_decision::chat_id, "chats")
      .owned_by(&tool_decision::owner_id)
      .part_of(&tool_decision::chat_id, "chats")
      .announced_to(&tool_decision::owner_id);
}

}  // namespace sambung
