#include <sambung/rpc/procedures/folders.hpp>

namespace sambung {
namespace {

task<list_output<folder>> list_folders(workspace desk, list_input in) {
  auto organise = desk.organise();
  auto which = to_page_request(std::move(in));
  auto found = co_await organise.folders(std::move(which));
  co_return to_list(std::move(found));
}

task<folder> create_folder(workspace desk, folder_create_input in) {
  auto organise = desk.organise();
  co_return co_await organise.create_folder(std::move(in.name), in.parent_id);
}

task<folder> rename_folder(workspace desk, folder_rename_input in) {
  auto organise = desk.organise();
  co_return co_await organise.rename_folder(in.id, std::move(in.name), in.revision);
}

task<folder> move_folder(workspace desk, folder_move_input in) {
  auto organise = desk.organise();
  co_return co_await organise.move_folder(in.id, in.parent_id, in.position);
}

task<nothing> delete_folder(workspace desk, folder_reference in) {
  auto organise = desk.organise();
  co_await organise.remove_folder(in.id);
  co_return nothing();
}

task<chat> toggle_pin(workspace desk, chat_pin_input in) {
  auto chats = desk.chats();
  auto pinned = in.pinned;
  if (!pinned) {
    auto const stored = co_await chats.get(in.id);
    pinned = !stored.pinned;
  }
  if (*pinned) co_return co_await chats.pin(in.id);
  co_return co_await chats.unpin(in.id);
}

task<chat> archive_chat(workspace desk, chat_archive_input in) {
  auto chats = desk.chats();
  if (in.archived) co_return co_await chats.archive(in.id);
  co_return co_await chats.unarchive(in.id);
}

task<chat> update_folder(workspace desk, chat_folder_input in) {
  auto chats = desk.chats();
  co_return co_await chats.move(in.id, in.folder_id);
}

task<list_output<chat>> list_by_folder(workspace desk, folder_chats_input in) {
  auto chats = desk.chats();
  chat_list_options what;
  what.archived = in.archived;
  what.folder = in.folder_id.value_or(folder_id());
  auto which = to_page_request(std::move(in));
  auto found = co_await chats.list(std::move(which), what);
  co_return to_list(std::move(found));
}

}  // namespace

record_description describe_record(record_of<folder_create_input>) {
  return record<folder_create_input>().text(&folder_create_input::name, 1, 400);
}

record_description describe_record(record_of<folder_rename_input>) {
  return record<folder_rename_input>().text(&folder_rename_input::name, 1, 400);
}

record_description describe_record(record_of<folder_move_input>) {
  return record<folder_move_input>().range(&folder_move_input::position, 0, 1'000'000'000);
}

record_description describe_record(record_of<chat_archive_input>) {
  return record<chat_archive_input>().optional(&chat_archive_input::archived);
}

record_description describe_record(record_of<folder_chats_input>) {
  return record<folder_chats_input>().optional(&folder_chats_input::archived);
}

void folder_procedures(procedure_registry& registry) {
  auto const read = permission::chat_read;
  auto const write = permission::chat_write;
  registry.call<list_input, list_output<folder>>(
      "folder.getAll", read, "Lists the caller's folders, those in one place together.", list_folders);
  registry.call<folder_create_input, folder>("folder.create", write, "Makes a folder.", create_folder);
  registry.call<folder_rename_input, folder>("folder.rename", write,
                                             "Renames a folder that still has the given revision.", rename_folder);
  registry.call<folder_move_input, folder>("folder.move", write, "Moves a folder with everything in it.", move_folder);
  registry.call<folder_reference, nothing>("folder.delete", write, "Deletes a folder; what is in it moves up.",
                                           delete_folder);
  registry.call<chat_pin_input, chat>("chat.togglePin", write, "Pins a chat, or takes its pin away.", toggle_pin);
  registry.call<chat_folder_input, chat>("chat.updateFolder", write, "Puts a chat into a folder, or out of any.",
                                         update_folder);
  registry.call<chat_archive_input, chat>("chat.archive", write, "Puts a chat away, or takes it back.", archive_chat);
  registry.call<folder_chats_input, list_output<chat>>("chat.getChatsByFolder", read, "Lists the chats in a folder.",
                                                       list_by_folder);
}

}  // namespace sambung
