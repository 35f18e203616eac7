#include <sambung/services/chats/chats.hpp>

namespace sambung {

record_description describe_record(record_of<new_chat>) {
  return record<new_chat>()
      .text(&new_chat::title, 0, 200)
      .text(&new_chat::model, 1, 200)
      .text(&new_chat::system_prompt, 0, 65'536)
      .range(&new_chat::cancel_after_ms, 0, 86'400'000)
      .text(&new_chat::idempotency_key, 1, 200)
      .text(&new_chat::external_id, 1, 200)
      .internal(&new_chat::external_id)
      .internal(&new_chat::id)
      .optional(&new_chat::title)
      .optional(&new_chat::system_prompt);
}

record_description describe_record(record_of<chat_update>) {
  return record<chat_update>()
      .text(&chat_update::title, 0, 200)
      .text(&chat_update::model, 1, 200)
      .text(&chat_update::system_prompt, 0, 65'536)
      .range(&chat_update::cancel_after_ms, -1, 86'400'000);
}

appended_message::appended_message(sambung::role role_, std::vector<part> parts_)
    : role(role_), parts(std::move(parts_)) {}

appended_message::appended_message(sambung::role role_, std::string text) : role(role_) {
  parts.push_back(text_part{std::move(text), {}});
}

record_description describe_record(record_of<appended_message>) { return record<appended_message>(); }

record_description describe_record(record_of<append_options>) {
  return record<append_options>().text(&append_options::idempotency_key, 1, 200);
}

}  // namespace sambung
