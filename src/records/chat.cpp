#include <sambung/records/chat.hpp>

namespace sambung {

record_description describe_record(record_of<chat>) {
  return record<chat>("chats")
      .text(&chat::title, 0, 200)
      .text(&chat::model, 1, 200)
      .text(&chat::system_prompt, 0, 65'536)
      .range(&chat::cancel_after_ms, 0, 86'400'000)
      .text(&chat::external_id, 1, 200)
      .internal(&chat::state)
      .index(&chat::owner_id, &chat::state)
      .index(&chat::state)
      .index(&chat::owner_id, &chat::state, &chat::archived, &chat::pinned, &chat::active_at)
      .index(&chat::owner_id, &chat::state, &chat::archived, &chat::folder_id, &chat::pinned, &chat::active_at)
      .unique(&chat::external_id)
      .searchable(&chat::title)
      .searched_by_owner()
      .owned_by(&chat::owner_id)
      .exported_when(&chat::state, chat_state::active)
      .closed_by(&chat::state, chat_state::deleting)
      .announced_to(&chat::owner_id);
}

}  // namespace sambung
