#include <sambung/records/message.hpp>

namespace sambung {

record_description describe_record(record_of<message>) {
  return record<message>("messages")
      .text(&message::parts, 0, 64 * 1'048'576)
      .index(&message::chat_id, &message::depth)
      .refers_to(&message::chat_id, "chats");
}

}  // namespace sambung
