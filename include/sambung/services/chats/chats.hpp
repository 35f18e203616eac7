// chats: a user's conversations. Reached by workspace::chats().
#pragma once

#include <sambung/context/report.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/record.hpp>
#include <sambung/records/chat.hpp>
#include <sambung/records/chat_setup.hpp>
#include <sambung/records/feedback.hpp>
#include <sambung/records/message.hpp>
#include <sambung/records/tool_decision.hpp>
#include <sambung/records/tool_grant.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/core_ref.hpp>
#include <sambung/services/chats/chat_branches.hpp>
#include <sambung/services/chats/chat_export.hpp>
#include <sambung/services/turns/send_options.hpp>
#include <sambung/services/turns/turns.hpp>
#include <sambung/storage/batch.hpp>

#include <cstdint>
#include <limits>
#include <memory>

namespace sambung {

// What a new chat is made of.
struct new_chat {
  new_chat() = default;
  new_chat(std::string title_, std::string model_) : title(std::move(title_)), model(std::move(model_)) {}

  std::string title;
  std::string model;  // "provider/model"
  std::string system_prompt;
  std::optional<std::int64_t> cancel_after_ms;
  std::optional<std::string> idempotency_key;  // 1 to 200 bytes
  std::optional<std::string> external_id;      // the application's own key for it; remote callers cannot give one
  // For an application whose own record names the chat that is made with it: workspace::new_id<chat_id>(). None: a new
  // one. Remote callers cannot give one.
  std::optional<chat_id> id;
};
SAMBUNG_DESCRIBE_STRUCT(new_chat, (), (title, model, system_prompt, cancel_after_ms, idempotency_key, external_id, id))
SAMBUNG_API record_description describe_record(record_of<new_chat>);

// What changes in a chat; what is not named stays as it is.
struct chat_update {
  chat_update() = default;

  std::optional<std::string> title;
  std::optional<std::string> model;
  std::optional<std::string> system_prompt;     // empty: none
  std::optional<message_id> head_id;            // another message of this chat, in a final state: choose an alternative
  std::optional<std::int64_t> cancel_after_ms;  // -1: never
};
SAMBUNG_DESCRIBE_STRUCT(chat_update, (), (title, model, system_prompt, head_id, cancel_after_ms))
SAMBUNG_API record_description describe_record(record_of<chat_update>);

// Which chats a list has.
struct chat_list_options {
  chat_list_options() = default;

  bool archived = false;            // those that are put away; otherwise only the others
  std::optional<folder_id> folder;  // those in it, not in the folders in it; nil: those in none. Without: wherever
};
SAMBUNG_DESCRIBE_STRUCT(chat_list_options, (), (archived, folder))
SAMBUNG_API record_description describe_record(record_of<chat_list_options>);

// A chat and what was said in it last, newest first.
struct chat_with_messages : chat {
  std::vector<message> messages;
  std::optional<std::string> messages_cursor;  // there are more: messages() goes on from here
  std::int64_t messages_damaged = 0;           // as page::damaged
};
SAMBUNG_DESCRIBE_STRUCT(chat_with_messages, (chat), (messages, messages_cursor, messages_damaged))

// The most messages that a page of chats has, beside max_read_bytes of their content.
inline constexpr std::size_t max_messages_with_chats = 1'000;

// What was said elsewhere, for chats::append().
struct appended_message {
  appended_message() = default;
  SAMBUNG_API appended_message(sambung::role role_, std::vector<part> parts_);
  SAMBUNG_API appended_message(sambung::role role_, std::string text);

  // Of a user: text, images and files. Of an assistant: these, reasoning, and calls of tools with their results. Of
  // role::system, which a model reads as the user's: text. Results of calls stand in the answer that made them:
  // role::tool is errc::invalid_argument, and so is provider_data.
  sambung::role role = sambung::role::user;
  std::vector<part> parts;  // at least one; up to 1 MiB of text, arguments, results and URLs
};
SAMBUNG_DESCRIBE_STRUCT(appended_message, (), (role, parts))
SAMBUNG_API record_description describe_record(record_of<appended_message>);

struct append_options {
  append_options() = default;

  std::optional<message_id> leaf_id;           // behind which message of the chat; none: its head
  std::optional<std::string> idempotency_key;  // repeating it gives the first messages; 1 to 200 bytes
};
SAMBUNG_DESCRIBE_STRUCT(append_options, (), (leaf_id, idempotency_key))
SAMBUNG_API record_description describe_record(record_of<append_options>);

// The most messages that are appended at once, and the most bytes of them.
inline constexpr std::size_t max_appended_messages = 1'000;
inline constexpr std::size_t max_appended_bytes = 16 * 1'048'576;

// Thread safety: cheap value; safe to use from any thread; one that was moved from is what it was. Lifetime: an
// operation needs neither this nor the engine: it may be kept, spawned, and awaited when both have gone. Then it still
// reads and writes, but no turn begins any more (errc::unavailable).
//
// Every operation throws sambung::error. errc::not_found: no such chat or message, or another user's or tenant's.
// errc::invalid_argument: every fault listed. errc::permission_denied: the role may not. errc::unavailable: storage.
class SAMBUNG_API chats {
 public:
  // errc::invalid_argument for a model whose provider is not there; errc::already_exists when the external id is taken
  // in the tenant. Repeating it with the same idempotency key returns
  // the first chat; with the same key for something else it is errc::conflict.
  task<chat> create(new_chat from) const;
  task<chat> create(std::string title, std::string model) const;

  // The chat together with changes of the application's own records: all of it is stored, or nothing. In one batch with
  // the idempotency key: repeating it stores nothing and returns the first chat. Also errc::invalid_argument for a
  // change of a table that is not the application's own, and what a batch fails with: "changes[i]" is the i-th of
  // `own`.
  task<chat> create(new_chat from, batch own) const;

  task<chat> get(chat_id id) const;

  // The caller's chat with this key of the application's, made from `from` if it is not there yet. However often it is
  // asked for at once, there is one. errc::already_exists when a chat of another user in the tenant has the key;
  // errc::conflict when `from` names another key.
  task<chat> ensure(std::string external_id, new_chat from) const;
  task<chat> find_external(std::string external_id) const;

  // Pinned ones first; each of both by their activity, newest first: the last message, to the minute. Chats from before
  // that was noted (chat::active_at) come behind, newest first. errc::not_found for a folder that is missing or another
  // user's.
  task<page<chat>> list(page_request which = page_request(), chat_list_options what = chat_list_options()) const;

  // As list, each chat with up to max_page_size messages of the path of its head. A page has max_messages_with_chats of
  // them and ends behind the one with which they have max_read_bytes of content: chats behind that have none, and their
  // messages_cursor.
  task<page<chat_with_messages>> list_with_messages(page_request which = page_request(),
                                                    chat_list_options what = chat_list_options()) const;

  // Chats whose title has every word of `text`, newest first; then those in which a message has, by the newest such
  // message. Up to 500 bytes are looked for in messages. A page may be shorter than asked for and yet not the last.
  // errc::invalid_argument without a text.
  task<page<chat>> search(std::string text, page_request which = page_request()) const;

  // Where the chat is in lists. None of this changes its revision or what it holds, and search() finds it wherever it
  // is.
  task<chat> pin(chat_id id) const;
  task<chat> unpin(chat_id id) const;
  task<chat> archive(chat_id id) const;
  task<chat> unarchive(chat_id id) const;

  // Into a folder of the caller's (organise::create_folder); without one, or nil: out of any.
  task<chat> move(chat_id id, std::optional<folder_id> into) const;

  // errc::conflict unless `revision` is the stored one.
  task<chat> update(chat_id id, chat_update changes, std::int64_t revision) const;
  task<chat> rename(chat_id id, std::string title, std::int64_t revision) const;

  // What new questions in the chat are asked with beside its history. A chat that never was set up has revision 0.
  task<chat_setup> setup(chat_id id) const;
  // All of it anew; nothing in it: a chat as any other. The prompt keeps the version that its label leads to now,
  // unless it follows the label. errc::conflict unless `revision` is the stored one. It also throws what
  // templates::render() throws, and errc::invalid_argument for a prompt that asks by itself. It is filled in at each
  // turn, with the rights that the user has then: a turn whose prompt is gone meanwhile is errc::not_found until the
  // chat is set up anew.
  task<chat_setup> set_up(chat_id id, chat_setup_content what, std::int64_t revision) const;

  // The chat and everything in it; a turn that runs in it is stopped. Once it returned nothing of it can be read.
  task<void> remove(chat_id id) const;

  // The path from `leaf` (without one: the head) to the root, newest first; a page also ends behind the message with
  // which it has max_read_bytes of text. A message that streams has the text flushed so far. One that is damaged is
  // left out and counted: the path goes on with the newest before it, and so does a chat whose head is damaged.
  task<page<message>> messages(chat_id id, page_request which = page_request(),
                               std::optional<message_id> leaf = std::nullopt) const;

  // The path from the root to `leaf` (without one: to the head) as a document. What is said behind the leaf meanwhile
  // is not in it.
  task<chat_export> export_chat(chat_id id, export_format as, std::optional<message_id> leaf = std::nullopt) const;

  // One message.
  task<message> get_message(message_id id) const;

  // The message and its siblings, oldest first, a page also ending at max_read_bytes. Where the tree branched before, a
  // page may have fewer than there are.
  task<page<message>> alternatives(message_id id, page_request which = page_request()) const;

  // Where the tree branches between two depths, both included (a root's is 0): which messages have siblings, without
  // what they say. Looks at max_branch_messages of them at most.
  task<message_branches> branches(chat_id id, std::int64_t from_depth = 0,
                                  std::int64_t to_depth = std::numeric_limits<std::int64_t>::max()) const;

  // The newest message among those below this one, itself when there is none: where a client goes on that chose an
  // alternative. Reads what is deeper in the chat, a page at a time, down to where nothing is below it any more.
  task<message> newest_leaf(message_id id) const;

  // Stores the message and an empty answer behind the head, then lets the chat's model answer. errc::conflict while a
  // turn runs in the chat; errc::rate_limited past turn_options::max_per_user; errc::quota_exceeded when a quota is
  // used up: nothing is stored then. Returns once both are stored: from then on the turn goes on by itself. An answer
  // that passes a quota ends there as incomplete("quota_exceeded").
  //
  // With a prompt that asks by itself (send_options::prompt) nothing is given: no text, no parts. It also throws what
  // templates::render() throws, and errc::unsupported for a prompt with two placeholders.
  task<turn> send(chat_id id, std::string text, send_options how = send_options()) const;
  task<turn> send(chat_id id, std::vector<part> parts, send_options how = send_options()) const;

  // Stores the messages one behind the other, oldest first, without asking a model: a history from elsewhere, or an
  // answer that was made outside. All of them or none. The last one becomes the head. They are found by search() at
  // once, and the next send() has them in its context. errc::invalid_argument with every fault;
  // errc::payload_too_large; errc::conflict while a turn writes the message that they are to stand behind.
  task<std::vector<message>> append(chat_id id, std::vector<appended_message> messages,
                                    append_options how = append_options()) const;

  // What send() would have the model read, and why, without asking it: the very messages, each block with its tokens
  // and the reason for which it is there or not. Nothing is stored. errc::payload_too_large when what the prompt must
  // have is more than the model can read.
  task<context_report> preview(chat_id id, std::string text, send_options how = send_options()) const;
  task<context_report> preview(chat_id id, std::vector<part> parts, send_options how = send_options()) const;

  // What the model of `answer` had to read, without the texts: as it was told then, or, of a chat that is nothing but
  // its system prompt and its history, as it would be told now.
  task<context_report> explain(message_id answer) const;

  // Another answer beside `answer`, which becomes the head, with the kept prompt that the first was made with; what of
  // that is gone is left out, and explain() says so. errc::invalid_argument for a prompt in `how`.
  task<turn> regenerate(message_id answer, send_options how = send_options()) const;

  // An answer beside `answer` that begins with its text and goes on with it, such as one that was stopped or cut off;
  // it becomes the head. Otherwise as regenerate(); errc::invalid_argument for an answer without text.
  task<turn> continue_answer(message_id answer, send_options how = send_options()) const;

  // Another message beside the user's `original`, and an answer to it, which becomes the head.
  task<turn> edit(message_id original, std::string text, send_options how = send_options()) const;

  // Ends the turn of `answer` as cancelled, with what has come so far, and closes the connection to the vendor.
  // Returns when that is stored. Nothing happens when it has ended already.
  task<message> stop(message_id answer) const;

  // What the caller thinks of an answer in one of their chats: 1 well, -1 not, and why, up to 1,000 bytes. There is one
  // of each answer: again, it is another opinion. Of an answer that a kept prompt was sent for it is summed by version
  // (templates::usage).
  task<feedback> give_feedback(message_id answer, std::int64_t opinion, std::string reason = std::string()) const;
  // Nothing happens when there is none.
  task<void> remove_feedback(message_id answer) const;
  // None where there is none.
  task<std::optional<feedback>> own_feedback(message_id answer) const;

  // Reads the turn of `answer` from the event behind `after` on; 0: from the beginning. Also when it has ended, here or
  // on another engine; see turn_snapshot.
  task<turn> resume(message_id answer, std::int64_t after = 0) const;

  // What the user says of a call that `answer` asks them about (tool_approval). The first decision counts, whichever
  // engine takes it: the same again does nothing, another one is errc::conflict, and so is one that comes too late
  // (tool_limits::approval). A turn of this engine goes on at once, one of another engine within a third of its lease.
  // `chat` and `always` are kept as a tool_grant. When the turn has ended meanwhile, `once` counts for the same call,
  // that is the same tool with the same arguments, when a later turn of the chat makes it, for as long as a question
  // waits.
  task<tool_decision> decide_tool(message_id answer, std::string call_id, approval_verdict verdict) const;

  // What the user has not decided yet, in one chat or in all of theirs, also of turns that a shutdown or a crash has
  // ended; what ends last comes first.
  task<page<tool_decision>> pending_tools(std::optional<chat_id> in = std::nullopt,
                                          page_request which = page_request()) const;

  // The tools that are called without asking the user, newest first, until they revoke it. A call that has begun is not
  // stopped.
  task<page<tool_grant>> tool_grants(page_request which = page_request()) const;
  task<void> revoke_tool_grant(tool_grant_id id) const;

 private:
  friend class workspace;
  chats(std::shared_ptr<engine_core> core, principal who);

  detail::core_ref core_;
  principal who_;
};

}  // namespace sambung
