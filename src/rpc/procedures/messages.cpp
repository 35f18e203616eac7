#include <sambung/rpc/procedures/standard_procedures.hpp>

namespace sambung {
namespace {

using turn_event_source = event_source<turn_event>;

class turn_source final : public turn_event_source {
 public:
  explicit turn_source(turn from) : from_(std::move(from)) {}

  task<std::optional<numbered_event<turn_event>>> next() override {
    auto event = co_await from_.next();
    if (!event) co_return std::nullopt;
    co_return numbered_event<turn_event>(from_.last_event(), std::move(*event));
  }

 private:
  turn from_;
};

std::unique_ptr<turn_event_source> source_of(turn from) { return std::make_unique<turn_source>(std::move(from)); }

// A client that names the last event it saw repeats a call: only its key tells which turn that call made.
void require_key(std::optional<std::string> const& key, std::optional<std::int64_t> const& last_event) {
  if (!last_event || key) return;
  issue wanted{"idempotencyKey", "required to resume; or call message.resume"};
  throw error(failure(errc::invalid_argument, "last-event-id resumes only a call that has an idempotencyKey",
                      {std::move(wanted)}));
}

// The turn itself, or, for a client that has seen some of it, a reader behind that.
task<std::unique_ptr<turn_event_source>> read_from(chats desk, turn made, std::optional<std::int64_t> last_event) {
  if (!last_event) co_return source_of(std::move(made));
  auto resumed = co_await desk.resume(made.message_id(), *last_event);
  co_return source_of(std::move(resumed));
}

// What is sent; nothing where a kept prompt asks by itself.
std::vector<part> question_of(message_send_input& in) {
  if ((in.text && !in.parts.empty()) || (!in.text && in.parts.empty() && !in.prompt))
    throw error(failure(errc::invalid_argument, "either text or parts", {{"text", "either this or parts"}}));
  auto parts = std::move(in.parts);
  if (in.text) parts.push_back(text_part{std::move(*in.text), {}});
  return parts;
}

task<turn> start(workspace desk, message_send_input in) {
  auto parts = question_of(in);
  auto chats = desk.chats();
  send_options how = in;
  co_return co_await chats.send(in.chat_id, std::move(parts), std::move(how));
}

task<std::unique_ptr<turn_event_source>> stream(workspace desk, message_send_input in,
                                                std::optional<std::int64_t> last_event) {
  require_key(in.idempotency_key, last_event);
  auto chats = desk.chats();
  auto made = co_await start(desk, std::move(in));
  co_return co_await read_from(std::move(chats), std::move(made), last_event);
}

// Reads on to the end for what only the last event tells.
task<std::vector<issue>> warnings_of(turn& made) {
  std::vector<issue> warnings;
  auto event = co_await made.next();
  while (event) {
    if (auto* last = std::get_if<turn_finished>(&*event)) warnings = std::move(last->warnings);
    event = co_await made.next();
  }
  co_return warnings;
}

task<message_create_output> send_and_wait(workspace desk, message_send_input in) {
  auto chats = desk.chats();
  auto made = co_await start(desk, std::move(in));
  message_create_output out;
  out.warnings = co_await warnings_of(made);
  out.answer = co_await made.answer();
  if (!out.answer.parent_id) throw error(errc::data_loss, "the answer has no question");
  out.user_message = co_await chats.get_message(*out.answer.parent_id);
  co_return out;
}

task<std::unique_ptr<turn_event_source>> regenerate(workspace desk, message_regenerate_input in,
                                                    std::optional<std::int64_t> last_event) {
  require_key(in.idempotency_key, last_event);
  auto chats = desk.chats();
  send_options how = in;
  auto made = co_await chats.regenerate(in.message_id, std::move(how));
  co_return co_await read_from(std::move(chats), std::move(made), last_event);
}

task<std::unique_ptr<turn_event_source>> go_on(workspace desk, message_regenerate_input in,
                                               std::optional<std::int64_t> last_event) {
  require_key(in.idempotency_key, last_event);
  auto chats = desk.chats();
  send_options how = in;
  auto made = co_await chats.continue_answer(in.message_id, std::move(how));
  co_return co_await read_from(std::move(chats), std::move(made), last_event);
}

task<std::unique_ptr<turn_event_source>> edit(workspace desk, message_edit_input in,
                                              std::optional<std::int64_t> last_event) {
  require_key(in.idempotency_key, last_event);
  auto chats = desk.chats();
  send_options how = in;
  auto made = co_await chats.edit(in.message_id, std::move(in.text), std::move(how));
  co_return co_await read_from(std::move(chats), std::move(made), last_event);
}

task<std::unique_ptr<turn_event_source>> resume(workspace desk, message_resume_input in,
                                                std::optional<std::int64_t> last_event) {
  auto chats = desk.chats();
  auto resumed = co_await chats.resume(in.message_id, last_event.value_or(in.after));
  co_return source_of(std::move(resumed));
}

task<context_report> preview(workspace desk, message_preview_input in) {
  auto parts = question_of(in);
  auto chats = desk.chats();
  send_options how = in;
  co_return co_await chats.preview(in.chat_id, std::move(parts), std::move(how));
}

task<context_report> explain(workspace desk, message_reference in) {
  auto chats = desk.chats();
  co_return co_await chats.explain(in.message_id);
}

task<feedback_output> give_feedback(workspace desk, message_feedback_input in) {
  auto chats = desk.chats();
  feedback_output out;
  if (in.value) out.feedback = co_await chats.give_feedback(in.message_id, *in.value, std::move(in.reason));
  else co_await chats.remove_feedback(in.message_id);
  co_return out;
}

task<feedback_output> get_feedback(workspace desk, message_reference in) {
  auto chats = desk.chats();
  feedback_output out;
  out.feedback = co_await chats.own_feedback(in.message_id);
  co_return out;
}

task<message> stop(workspace desk, message_reference in) {
  auto chats = desk.chats();
  co_return co_await chats.stop(in.message_id);
}

task<message_append_output> append(workspace desk, message_append_input in) {
  auto chats = desk.chats();
  append_options how = in;
  message_append_output out;
  out.items = co_await chats.append(in.chat_id, std::move(in.messages), std::move(how));
  co_return out;
}

task<list_output<message>> list_messages(workspace desk, message_list_input in) {
  auto chats = desk.chats();
  auto which = to_page_request(in);
  auto found = co_await chats.messages(in.chat_id, std::move(which), in.leaf_id);
  co_return to_list(std::move(found));
}

task<list_output<message>> list_alternatives(workspace desk, message_alternatives_input in) {
  auto chats = desk.chats();
  auto which = to_page_request(in);
  auto found = co_await chats.alternatives(in.message_id, std::move(which));
  co_return to_list(std::move(found));
}

task<message_branches> list_branches(workspace desk, message_branches_input in) {
  auto chats = desk.chats();
  co_return co_await chats.branches(in.chat_id, in.from_depth, in.to_depth);
}

task<message> newest_leaf(workspace desk, message_reference in) {
  auto chats = desk.chats();
  co_return co_await chats.newest_leaf(in.message_id);
}

}  // namespace

void message_procedures(procedure_registry& registry) {
  registry.call<message_list_input, list_output<message>>(
      "message.list", permission::chat_read, "Lists the path from a message to the root, newest first.", list_messages);
  registry.call<message_alternatives_input, list_output<message>>("message.getAlternatives", permission::chat_read,
                                                                  "Lists a message and its siblings, oldest first.",
                                                                  list_alternatives);
  registry.call<message_branches_input, message_branches>("message.getBranches", permission::chat_read,
                                                          "Lists where a chat's tree branches between two depths.",
                                                          list_branches);
  registry.call<message_reference, message>("message.getNewestLeaf", permission::chat_read,
                                            "Reads the newest message below one, or itself.", newest_leaf);
  registry.call<message_send_input, message_create_output>(
      "message.create", {permission::chat_write, request_class::model},
      "Sends a message and waits for the stored answer.", send_and_wait);
  registry.stream<message_send_input, turn_event>("message.stream", {permission::chat_write, request_class::model},
                                                  "Sends a message and follows the answer.", stream);
  registry.stream<message_regenerate_input, turn_event>("message.regenerate",
                                                        {permission::chat_write, request_class::model},
                                                        "Asks for another answer and follows it.", regenerate);
  registry.stream<message_regenerate_input, turn_event>(
      "message.continue", {permission::chat_write, request_class::model},
      "Asks for an answer that goes on with the text of another, and follows it.", go_on);
  registry.stream<message_edit_input, turn_event>("message.edit", {permission::chat_write, request_class::model},
                                                  "Puts another message beside the user's and follows the answer.",
                                                  edit);
  registry.call<message_append_input, message_append_output>(
      "message.append", permission::chat_write, "Stores messages that were said elsewhere, without asking a model.",
      append);
  registry.call<message_preview_input, context_report>(
      "message.preview", permission::chat_read,
      "Tells what the model would read of a message and its chat, and why, without asking it.", preview);
  registry.call<message_reference, context_report>("message.explain", permission::chat_read,
                                                   "Tells what an answer's model had to read, and why.", explain);
  registry.call<message_feedback_input, feedback_output>("message.feedback", permission::chat_write,
                                                         "Says what the caller thinks of an answer, or no longer.",
                                                         give_feedback);
  registry.call<message_reference, feedback_output>("message.getFeedback", permission::chat_read,
                                                    "Reads what the caller thinks of an answer.", get_feedback);
  registry.call<message_reference, message>("message.stop", permission::chat_write,
                                            "Ends a running answer with what has come so far.", stop);
  registry.stream<message_resume_input, turn_event>("message.resume", permission::chat_read,
                                                    "Follows an answer from an event on.", resume);
}

}  // namespace sambung
