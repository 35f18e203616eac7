#include <sambung/rpc/procedures/standard_procedures.hpp>

namespace sambung {
namespace {

task<chat> create(workspace desk, new_chat in) {
  auto chats = desk.chats();
  co_return co_await chats.create(std::move(in));
}

task<chat_list_output> get_all(workspace desk, chat_list_input in) {
  auto chats = desk.chats();
  page_request which(static_cast<std::size_t>(in.limit), std::move(in.cursor));
  page<chat> found;
  if (in.search) found = co_await chats.search(std::move(*in.search), std::move(which));
  else found = co_await chats.list(std::move(which));
  chat_list_output out;
  out.items = std::move(found.items);
  out.next_cursor = std::move(found.next_cursor);
  co_return out;
}

task<chat> get_by_id(workspace desk, chat_reference in) {
  auto chats = desk.chats();
  co_return co_await chats.get(in.id);
}

task<chat> update_chat(workspace desk, chat_update_input in) {
  auto chats = desk.chats();
  chat_update changes;
  changes.title = std::move(in.title);
  changes.model = std::move(in.model);
  changes.system_prompt = std::move(in.system_prompt);
  changes.head_id = in.head_id;
  changes.cancel_after_ms = in.cancel_after_ms;
  co_return co_await chats.update(in.id, std::move(changes), in.revision);
}

task<nothing> remove(workspace desk, chat_reference in) {
  auto chats = desk.chats();
  co_await chats.remove(in.id);
  co_return nothing();
}

}  // namespace

void chat_procedures(procedure_registry& registry) {
  registry.call<new_chat, chat>("chat.create", permission::chat_write, "Makes a chat.", create);
  registry.call<chat_list_input, chat_list_output>("chat.getAll", permission::chat_read,
                                                   "Lists the caller's chats, newest first.", get_all);
  registry.call<chat_reference, chat>("chat.getById", permission::chat_read, "Reads one chat.", get_by_id);
  registry.call<chat_update_input, chat>("chat.update", permission::chat_write,
                                         "Changes a chat that still has the given revision.", update_chat);
  registry.call<chat_reference, nothing>("chat.delete", permission::chat_write, "Deletes a chat and everything in it.",
                                         remove);
}

}  // namespace sambung
