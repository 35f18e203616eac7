#include <sambung/records/active_turn.hpp>

namespace sambung {

record_description describe_record(record_of<active_turn>) {
  return record<active_turn>("active_turns")
      .unique(&active_turn::chat_id)
      .refers_to(&active_turn::chat_id, "chats")
      .part_of(&active_turn::chat_id, "chats")
      .not_exported("the lease of an answer that streams")
      .announced_to(&active_turn::owner_id);
}

record_description describe_record(record_of<turn_chunk>) {
  return record<turn_chunk>("turn_chunks")
      .text(&turn_chunk::events, 0, 64 * 1'048'576)
      .index(&turn_chunk::message_id)
      .refers_to(&turn_chunk::message_id, "messages")
      .part_of(&turn_chunk::message_id, "messages")
      .not_exported("folded into the message when its turn ends")
      .not_announced("whoever follows the answer reads it");
}

}  // namespace sambung
