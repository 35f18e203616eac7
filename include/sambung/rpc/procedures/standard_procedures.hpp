// The procedures that Sambung brings: identity, chats, messages, models, health. docs/reference/http.md lists them for
// clients.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/api_keys.hpp>
#include <sambung/rpc/procedures/api_tokens.hpp>
#include <sambung/rpc/procedures/audit.hpp>
#include <sambung/rpc/procedures/auth.hpp>
#include <sambung/rpc/procedures/events.hpp>
#include <sambung/rpc/procedures/folders.hpp>
#include <sambung/rpc/procedures/invitations.hpp>
#include <sambung/rpc/procedures/members.hpp>
#include <sambung/rpc/procedures/prompts.hpp>
#include <sambung/rpc/procedures/searches.hpp>
#include <sambung/rpc/procedures/tags.hpp>
#include <sambung/rpc/procedures/tenants.hpp>
#include <sambung/rpc/procedures/tools.hpp>
#include <sambung/rpc/procedures/usage.hpp>
#include <sambung/rpc/procedures/users.hpp>

#include <string>
#include <variant>
#include <vector>

namespace sambung {

// Adds all of them; `service` is who signs users in. Streams of turns give turn_events; an event's number is the
// turn's.
//
// Repeating message.stream, message.regenerate, message.continue or message.edit behind an event
// (procedure_input::last_event) resumes the turn that the same idempotency key made; without a key that is
// errc::invalid_argument, because it would ask twice.
SAMBUNG_API void standard_procedures(procedure_registry& registry, auth service);

// Its parts, for a registry with only some of them. Those of identity are in the headers above.
SAMBUNG_API void health_procedures(procedure_registry& registry);   // healthCheck
SAMBUNG_API void chat_procedures(procedure_registry& registry);     // chat.*
SAMBUNG_API void message_procedures(procedure_registry& registry);  // message.*
SAMBUNG_API void model_procedures(procedure_registry& registry);    // model.list, provider.list

struct health_output {
  std::string status = "ok";
};
SAMBUNG_DESCRIBE_STRUCT(health_output, (), (status))

struct chat_reference {
  chat_id id;
};
SAMBUNG_DESCRIBE_STRUCT(chat_reference, (), (id))

struct chat_list_input : list_input {
  std::optional<std::string> search;  // only chats whose title, or a message in which, has every word of it
  bool archived = false;              // those that are put away; otherwise only the others. A search finds both
};
SAMBUNG_DESCRIBE_STRUCT(chat_list_input, (list_input), (search, archived))
SAMBUNG_API record_description describe_record(record_of<chat_list_input>);

struct chat_search_input : list_input {
  std::string text;  // every word of it, in the title or in a message
};
SAMBUNG_DESCRIBE_STRUCT(chat_search_input, (list_input), (text))
SAMBUNG_API record_description describe_record(record_of<chat_search_input>);

// Of chat.getAllChatsWithMessages.
struct chat_message_list_input : list_input {
  bool archived = false;  // those that are put away; otherwise only the others
};
SAMBUNG_DESCRIBE_STRUCT(chat_message_list_input, (list_input), (archived))
SAMBUNG_API record_description describe_record(record_of<chat_message_list_input>);

struct chat_export_input {
  chat_id id;
  export_format format = export_format::markdown;
  std::optional<message_id> leaf_id;  // without one: the chat's head
};
SAMBUNG_DESCRIBE_STRUCT(chat_export_input, (), (id, format, leaf_id))
SAMBUNG_API record_description describe_record(record_of<chat_export_input>);

// An event of chat.export; one behind the other they are the document.
struct chat_export_piece {
  std::string text;
};
SAMBUNG_DESCRIBE_STRUCT(chat_export_piece, (), (text))

// A change of the chat that the client saw.
struct chat_update_input : chat_update {
  chat_id id;
  std::int64_t revision = 0;
};
SAMBUNG_DESCRIBE_STRUCT(chat_update_input, (chat_update), (id, revision))
SAMBUNG_API record_description describe_record(record_of<chat_update_input>);

// Of chat.setup.update: all of what the chat is set up with from then on.
struct chat_setup_input : chat_setup_content {
  chat_setup_input() = default;

  chat_id id;
  std::int64_t revision = 0;  // of the setup that is there; 0: there is none
};
SAMBUNG_DESCRIBE_STRUCT(chat_setup_input, (chat_setup_content), (id, revision))
SAMBUNG_API record_description describe_record(record_of<chat_setup_input>);

struct message_list_input : list_input {
  sambung::chat_id chat_id;
  std::optional<message_id> leaf_id;  // without one: the chat's head
};
SAMBUNG_DESCRIBE_STRUCT(message_list_input, (list_input), (chat_id, leaf_id))

struct message_alternatives_input : list_input {
  sambung::message_id message_id;
};
SAMBUNG_DESCRIBE_STRUCT(message_alternatives_input, (list_input), (message_id))

struct message_branches_input {
  sambung::chat_id chat_id;
  std::int64_t from_depth = 0;  // of messages: a root's is 0
  std::int64_t to_depth = std::numeric_limits<std::int64_t>::max();
};
SAMBUNG_DESCRIBE_STRUCT(message_branches_input, (), (chat_id, from_depth, to_depth))
SAMBUNG_API record_description describe_record(record_of<message_branches_input>);

// Of message.stream and message.create. Either `text` or `parts`; none of them with a prompt that asks by itself.
struct message_send_input : send_options {
  message_send_input() = default;

  sambung::chat_id chat_id;
  std::optional<std::string> text;
  std::vector<part> parts;
};
SAMBUNG_DESCRIBE_STRUCT(message_send_input, (send_options), (chat_id, text, parts))
SAMBUNG_API record_description describe_record(record_of<message_send_input>);

// Of message.preview: what message.stream would be asked with.
using message_preview_input = message_send_input;

struct message_create_output {
  message user_message;
  message answer;
  std::vector<issue> warnings;  // see turn_finished
};
SAMBUNG_DESCRIBE_STRUCT(message_create_output, (), (user_message, answer, warnings))

struct message_append_input : append_options {
  sambung::chat_id chat_id;
  std::vector<appended_message> messages;  // oldest first
};
SAMBUNG_DESCRIBE_STRUCT(message_append_input, (append_options), (chat_id, messages))

struct message_append_output {
  std::vector<message> items;  // as they are stored, oldest first
};
SAMBUNG_DESCRIBE_STRUCT(message_append_output, (), (items))

struct message_regenerate_input : send_options {
  sambung::message_id message_id;  // the answer to give another one beside
};
SAMBUNG_DESCRIBE_STRUCT(message_regenerate_input, (send_options), (message_id))

struct message_edit_input : send_options {
  sambung::message_id message_id;  // the user's message to put another one beside
  std::string text;
};
SAMBUNG_DESCRIBE_STRUCT(message_edit_input, (send_options), (message_id, text))
SAMBUNG_API record_description describe_record(record_of<message_edit_input>);

struct message_reference {
  sambung::message_id message_id;
};
SAMBUNG_DESCRIBE_STRUCT(message_reference, (), (message_id))

// What the caller thinks of an answer: see chats::give_feedback(). Without a value it is taken back.
struct message_feedback_input {
  sambung::message_id message_id;
  std::optional<std::int64_t> value;  // 1 or -1
  std::string reason;
};
SAMBUNG_DESCRIBE_STRUCT(message_feedback_input, (), (message_id, value, reason))
SAMBUNG_API record_description describe_record(record_of<message_feedback_input>);

struct feedback_output {
  std::optional<sambung::feedback> feedback;
};
SAMBUNG_DESCRIBE_STRUCT(feedback_output, (), (feedback))

struct message_resume_input {
  sambung::message_id message_id;  // the answer
  std::int64_t after = 0;          // the last event that was seen; a last-event-id counts more
};
SAMBUNG_DESCRIBE_STRUCT(message_resume_input, (), (message_id, after))
SAMBUNG_API record_description describe_record(record_of<message_resume_input>);

struct model_list_output {
  std::vector<model_info> items;
};
SAMBUNG_DESCRIBE_STRUCT(model_list_output, (), (items))

// How a provider fares; nothing of where it is and whose key it has.
struct provider_item {
  std::string name;
  provider_state state = provider_state::unknown;
  std::optional<std::string> error;  // of failing: an errc's name
  std::optional<std::string> hint;   // what may mend it
  std::optional<timestamp> at;       // when its last call ended
};
SAMBUNG_DESCRIBE_STRUCT(provider_item, (), (name, state, error, hint, at))
struct provider_list_output {
  std::vector<provider_item> items;
};
SAMBUNG_DESCRIBE_STRUCT(provider_list_output, (), (items))

}  // namespace sambung
