#include "verb_table.hpp"

namespace sambung::python {

template <>
struct reached<chats> {
  static constexpr auto on = target::workspace;
  static chats of(handle const& h) { return h.as<workspace>().chats(); }
};
template <>
struct reached<organise> {
  static constexpr auto on = target::workspace;
  static organise of(handle const& h) { return h.as<workspace>().organise(); }
};

namespace {

// The whole document: Python has it in one piece.
task<std::string> exported(chats on, chat_id id, export_format as, std::optional<message_id> leaf) {
  auto beginning = on.export_chat(id, as, leaf);
  auto document = co_await std::move(beginning);
  std::string text;
  for (auto piece = co_await document.next(); piece; piece = co_await document.next()) text += *piece;
  co_return text;
}

void add_lists(verb_table& to) {
  to.verb("chats_list", "page options", &chats::list);
  to.verb("chats_list_with_messages", "page options", &chats::list_with_messages);
  to.verb("chats_search", "text page", &chats::search);
  to.verb("chats_pin", "chat", &chats::pin);
  to.verb("chats_unpin", "chat", &chats::unpin);
  to.verb("chats_archive", "chat", &chats::archive);
  to.verb("chats_unarchive", "chat", &chats::unarchive);
  to.verb("chats_move", "chat folder", &chats::move);
}

void add_chats(verb_table& to) {
  to.verb("chats_create", "new", [](chats const& on, new_chat from) { return on.create(std::move(from)); });
  to.verb("chats_get", "chat", &chats::get);
  to.verb("chats_ensure", "external_id new", &chats::ensure);
  to.verb("chats_find_external", "external_id", &chats::find_external);
  to.verb("chats_update", "chat changes revision", &chats::update);
  to.verb("chats_rename", "chat title revision", &chats::rename);
  to.verb("chats_setup", "chat", &chats::setup);
  to.verb("chats_set_up", "chat what revision", &chats::set_up);
  to.verb("chats_remove", "chat", &chats::remove);
  to.verb("chats_messages", "chat page leaf", &chats::messages);
  to.verb("chats_get_message", "message", &chats::get_message);
  to.verb("chats_alternatives", "message page", &chats::alternatives);
  to.verb("chats_branches", "chat from_depth to_depth", &chats::branches);
  to.verb("chats_newest_leaf", "message", &chats::newest_leaf);
}

void add_sending(verb_table& to) {
  to.verb("chats_send", "chat content options",
          [](chats const& on, chat_id id, std::vector<part> content, send_options how) {
            return on.send(id, std::move(content), how);
          });
  to.verb("chats_preview", "chat content options",
          [](chats const& on, chat_id id, std::vector<part> content, send_options how) {
            return on.preview(id, std::move(content), how);
          });
  to.verb("chats_append", "chat messages options", &chats::append);
  to.verb("chats_explain", "message", &chats::explain);
  to.verb("chats_export", "chat format leaf",
          [](chats const& on, chat_id id, export_format as, std::optional<message_id> leaf) {
            return exported(on, id, as, leaf);
          });
  to.verb("chats_give_feedback", "message value reason", &chats::give_feedback);
  to.verb("chats_remove_feedback", "message", &chats::remove_feedback);
  to.verb("chats_own_feedback", "message", &chats::own_feedback);
  to.verb("chats_regenerate", "message options", &chats::regenerate);
  to.verb("chats_continue_answer", "message options", &chats::continue_answer);
  to.verb("chats_edit", "message text options", &chats::edit);
  to.verb("chats_stop", "message", &chats::stop);
  to.verb("chats_resume", "message after", &chats::resume);
  to.verb("chats_decide_tool", "message call verdict", &chats::decide_tool);
  to.verb("chats_pending_tools", "chat page", &chats::pending_tools);
  to.verb("chats_tool_grants", "page", &chats::tool_grants);
  to.verb("chats_revoke_tool_grant", "grant", &chats::revoke_tool_grant);
}

void add_organising(verb_table& to) {
  to.verb("organise_tags", "page", &organise::tags);
  to.verb("organise_create_tag", "name colour", &organise::create_tag);
  to.verb("organise_rename_tag", "tag name revision", &organise::rename_tag);
  to.verb("organise_merge_tags", "tag into", &organise::merge_tags);
  to.verb("organise_remove_tag", "tag", &organise::remove_tag);
  to.verb("organise_set_tags", "chat names", &organise::set_tags);
  to.verb("organise_tags_of", "chat", &organise::tags_of);
  to.verb("organise_tagged_chats", "tag page", &organise::tagged_chats);
  to.verb("organise_folders", "page", &organise::folders);
  to.verb("organise_create_folder", "name parent", &organise::create_folder);
  to.verb("organise_rename_folder", "folder name revision", &organise::rename_folder);
  to.verb("organise_move_folder", "folder parent position", &organise::move_folder);
  to.verb("organise_remove_folder", "folder", &organise::remove_folder);
}

}  // namespace

void add_chat_verbs(verb_table& to) {
  add_chats(to);
  add_lists(to);
  add_sending(to);
  add_organising(to);
}

}  // namespace sambung::python
