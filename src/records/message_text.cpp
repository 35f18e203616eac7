#include <sambung/records/message_text.hpp>

namespace sambung {

record_description describe_record(record_of<message_text>) {
  return record<message_text>("message_texts")
      .text(&message_text::text, 0, max_message_text_bytes)
      .text(&message_text::marks, 0, 300)
      .index(&message_text::chat_id)
      .index(&message_text::owner_id)
      .refers_to(&message_text::chat_id, "chats")
      .part_of(&message_text::chat_id, "chats")
      .not_exported("the beginning of a message that is exported itself")
      .searchable(&message_text::text, &message_text::marks)
      .searched_by_owner()
      .not_announced("the words of a message that is told itself");
}

record_description describe_record(record_of<text_progress>) {
  return record<text_progress>("text_progress")
      .text(&text_progress::what, 1, 40)
      .not_announced("how far the engine is with an index");
}

}  // namespace sambung
