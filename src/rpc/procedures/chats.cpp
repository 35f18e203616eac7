#include <sambung/rpc/procedures/standard_procedures.hpp>

namespace sambung {
namespace {

task<chat> create_chat(workspace desk, new_chat in) {
  auto chats = desk.chats();
  co_return co_await chats.create(std::move(in));
}

task<list_output<chat>> list_chats(workspace desk, chat_list_input in) {
  auto chats = desk.chats();
  auto search = std::move(in.search);
  chat_list_options what;
  what.archived = in.archived;
  auto which = to_page_request(std::move(in));
  page<chat> found;
  if (search) found = co_await chats.search(std::move(*search), std::move(which));
  else found = co_await chats.list(std::move(which), what);
  co_return to_list(std::move(found));
}

task<list_output<chat>> search_chats(workspace desk, chat_search_input in) {
  auto chats = desk.chats();
  auto text = std::move(in.text);
  auto which = to_page_request(std::move(in));
  auto found = co_await chats.search(std::move(text), std::move(which));
  co_return to_list(std::move(found));
}

task<list_output<chat_with_messages>> list_chats_with_messages(workspace desk, chat_message_list_input in) {
  auto chats = desk.chats();
  chat_list_options what;
  what.archived = in.archived;
  auto which = to_page_request(std::move(in));
  auto found = co_await chats.list_with_messages(std::move(which), what);
  co_return to_list(std::move(found));
}

using export_source = event_source<chat_export_piece>;

class chat_export_source final : public export_source {
 public:
  explicit chat_export_source(chat_export from) : from_(std::move(from)) {}

  task<std::optional<numbered_event<chat_export_piece>>> next() override {
    auto text = co_await from_.next();
    if (!text) co_return std::nullopt;
    chat_export_piece piece{std::move(*text)};
    co_return numbered_event<chat_export_piece>(++given_, std::move(piece));
  }

 private:
  chat_export from_;
  std::int64_t given_ = 0;
};

// Where a piece begins depends on what was said meanwhile.
task<std::unique_ptr<export_source>> stream_chat(workspace desk, chat_export_input in,
                                                 std::optional<std::int64_t> last_event) {
  if (last_event) throw error(errc::invalid_argument, "an export cannot be resumed: begin again");
  auto chats = desk.chats();
  auto made = co_await chats.export_chat(in.id, in.format, in.leaf_id);
  co_return std::make_unique<chat_export_source>(std::move(made));
}

task<chat> get_chat(workspace desk, chat_reference in) {
  auto chats = desk.chats();
  co_return co_await chats.get(in.id);
}

task<chat> update_chat(workspace desk, chat_update_input in) {
  auto chats = desk.chats();
  chat_update changes = in;
  co_return co_await chats.update(in.id, std::move(changes), in.revision);
}

task<chat_setup> get_setup(workspace desk, chat_reference in) {
  auto chats = desk.chats();
  co_return co_await chats.setup(in.id);
}

task<chat_setup> update_setup(workspace desk, chat_setup_input in) {
  auto chats = desk.chats();
  chat_setup_content what = in;
  co_return co_await chats.set_up(in.id, std::move(what), in.revision);
}

task<nothing> remove_chat(workspace desk, chat_reference in) {
  auto chats = desk.chats();
  co_await chats.remove(in.id);
  co_return nothing();
}

}  // namespace

void chat_procedures(procedure_registry& registry) {
  registry.call<new_chat, chat>("chat.create", permission::chat_write, "Makes a chat.", create_chat);
  registry.call<chat_list_input, list_output<chat>>(
      "chat.getAll", permission::chat_read, "Lists the caller's chats, pinned ones first, by activity.", list_chats);
  registry.call<chat_search_input, list_output<chat>>(
      "chat.search", permission::chat_read, "Finds the caller's chats by the words of their titles and messages.",
      search_chats);
  registry.call<chat_message_list_input, list_output<chat_with_messages>>(
      "chat.getAllChatsWithMessages", permission::chat_read,
      "Lists the caller's chats with what was said in them last.", list_chats_with_messages);
  registry.stream<chat_export_input, chat_export_piece>("chat.export", permission::chat_read,
                                                        "Gives a chat as a document, piece by piece.", stream_chat);
  registry.call<chat_reference, chat>("chat.getById", permission::chat_read, "Reads one chat.", get_chat);
  registry.call<chat_update_input, chat>("chat.update", permission::chat_write,
                                         "Changes a chat that still has the given revision.", update_chat);
  registry.call<chat_reference, chat_setup>("chat.setup.get", permission::chat_read,
                                            "Reads what new questions in a chat are asked with beside its history.",
                                            get_setup);
  registry.call<chat_setup_input, chat_setup>("chat.setup.update", permission::chat_write,
                                              "Sets a chat up anew that still has the given setup.", update_setup);
  registry.call<chat_reference, nothing>("chat.delete", permission::chat_write, "Deletes a chat and everything in it.",
                                         remove_chat);
}

}  // namespace sambung
