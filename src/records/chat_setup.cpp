#include <sambung/records/chat_setup.hpp>

#include <sambung/records/answer_context.hpp>

namespace sambung {
namespace {

// Its values, and what says of which prompt they are.
constexpr std::size_t most_prompt_bytes = max_kept_value_bytes + 1'024;

}  // namespace

record_description describe_record(record_of<chat_setup>) {
  return record<chat_setup>("chat_setups")
      .text(&chat_setup::prompt, 0, most_prompt_bytes)
      .refers_to(&chat_setup::id, "chats")
      .part_of(&chat_setup::id, "chats")
      .announced_to_writer();
}

}  // namespace sambung
