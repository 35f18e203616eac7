#include <sambung/records/message.hpp>

namespace sambung {

message_reason reason_of(errc code) {
  auto reason = message_reason::internal;
  boost::describe::enum_from_string(std::string(to_string(code)).c_str(), reason);
  return reason;
}

std::optional<errc> errc_of(message_reason reason) {
  std::string_view const name = boost::describe::enum_to_string(reason, "");
  for (auto const& row : errc_table())
    if (row.name == name) return row.code;
  return std::nullopt;
}

record_description describe_record(record_of<message>) {
  return record<message>("messages")
      .items(&message::parts, max_message_parts)
      .index(&message::chat_id, &message::depth)
      .refers_to(&message::chat_id, "chats")
      .part_of(&message::chat_id, "chats")
      .announced_to_writer();
}

}  // namespace sambung
