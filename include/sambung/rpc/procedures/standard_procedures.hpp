// The procedures that Sambung brings: identity, chats, messages, models, health. docs/reference/http.md lists them for
// clients.
#pragma once

#include <sambung/rpc/procedures/api_keys.hpp>
#include <sambung/rpc/procedures/api_tokens.hpp>
#include <sambung/rpc/procedures/audit.hpp>
#include <sambung/rpc/procedures/auth.hpp>
#include <sambung/rpc/procedures/invitations.hpp>
#include <sambung/rpc/procedures/members.hpp>
#include <sambung/rpc/procedures/tenants.hpp>
#include <sambung/rpc/procedures/usage.hpp>
#include <sambung/rpc/procedures/users.hpp>

#include <string>
#include <variant>
#include <vector>

namespace sambung {

// Adds all of them; `service` is who signs users in. Streams of turns give message_events; an event's number is the
// turn's.
//
// Repeating message.stream, message.regenerate or message.edit behind an event (procedure_input::last_event) resumes
// the turn that the same idempotency key made; without a key that is errc::invalid_argument, because it would ask
// twice.
void standard_procedures(procedure_registry& registry, auth service);

// Its parts, for a registry with only some of them. Those of identity are in the headers above.
void health_procedures(procedure_registry& registry);   // healthCheck
void chat_procedures(procedure_registry& registry);     // chat.*
void message_procedures(procedure_registry& registry);  // message.*
void model_procedures(procedure_registry& registry);    // model.list, provider.list

struct health_output {
  std::string status = "ok";
};
BOOST_DESCRIBE_STRUCT(health_output, (), (status))

struct chat_reference {
  chat_id id;
};
BOOST_DESCRIBE_STRUCT(chat_reference, (), (id))

struct chat_list_input {
  std::optional<std::string> search;  // only chats whose title has every word of it
  std::int64_t limit = 50;
  std::optional<std::string> cursor;  // nextCursor of the page before
};
BOOST_DESCRIBE_STRUCT(chat_list_input, (), (search, limit, cursor))
record_description describe_record(record_of<chat_list_input>);

struct chat_list_output {
  std::vector<chat> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(chat_list_output, (), (items, next_cursor))

// As chat_update, with the chat and the revision that the client saw.
struct chat_update_input {
  chat_id id;
  std::int64_t revision = 0;
  std::optional<std::string> title;
  std::optional<std::string> model;
  std::optional<std::string> system_prompt;
  std::optional<message_id> head_id;
  std::optional<std::int64_t> cancel_after_ms;
};
BOOST_DESCRIBE_STRUCT(chat_update_input, (), (id, revision, title, model, system_prompt, head_id, cancel_after_ms))
record_description describe_record(record_of<chat_update_input>);

struct message_list_input {
  sambung::chat_id chat_id;
  std::optional<message_id> leaf_id;  // without one: the chat's head
  std::int64_t limit = 50;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(message_list_input, (), (chat_id, leaf_id, limit, cursor))
record_description describe_record(record_of<message_list_input>);

struct message_list_output {
  std::vector<message> items;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(message_list_output, (), (items, next_cursor))

// Of message.stream and message.create. Exactly one of `text` and `parts`. The rest is send_options.
struct message_send_input {
  sambung::chat_id chat_id;
  std::optional<std::string> text;
  std::vector<part> parts;
  std::optional<std::string> idempotency_key;
  std::optional<std::string> model;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> max_tokens;
  std::optional<std::vector<std::string>> tools;
  std::optional<std::string> tool_choice;
  std::optional<std::int64_t> max_steps;
  unsupported_policy on_unsupported = unsupported_policy::refuse;
};
BOOST_DESCRIBE_STRUCT(message_send_input, (),
                      (chat_id, text, parts, idempotency_key, model, temperature, top_p, max_tokens, tools, tool_choice,
                       max_steps, on_unsupported))
record_description describe_record(record_of<message_send_input>);

struct message_create_output {
  message user_message;
  message answer;
  std::vector<issue> warnings;  // see turn_finished
};
BOOST_DESCRIBE_STRUCT(message_create_output, (), (user_message, answer, warnings))

struct message_regenerate_input {
  sambung::message_id message_id;  // the answer to give another one beside
  std::optional<std::string> idempotency_key;
  std::optional<std::string> model;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> max_tokens;
  std::optional<std::vector<std::string>> tools;
  std::optional<std::string> tool_choice;
  std::optional<std::int64_t> max_steps;
  unsupported_policy on_unsupported = unsupported_policy::refuse;
};
BOOST_DESCRIBE_STRUCT(message_regenerate_input, (),
                      (message_id, idempotency_key, model, temperature, top_p, max_tokens, tools, tool_choice,
                       max_steps, on_unsupported))
record_description describe_record(record_of<message_regenerate_input>);

struct message_edit_input {
  sambung::message_id message_id;  // the user's message to put another one beside
  std::string text;
  std::optional<std::string> idempotency_key;
  std::optional<std::string> model;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> max_tokens;
  std::optional<std::vector<std::string>> tools;
  std::optional<std::string> tool_choice;
  std::optional<std::int64_t> max_steps;
  unsupported_policy on_unsupported = unsupported_policy::refuse;
};
BOOST_DESCRIBE_STRUCT(message_edit_input, (),
                      (message_id, text, idempotency_key, model, temperature, top_p, max_tokens, tools, tool_choice,
                       max_steps, on_unsupported))
record_description describe_record(record_of<message_edit_input>);

struct message_reference {
  sambung::message_id message_id;
};
BOOST_DESCRIBE_STRUCT(message_reference, (), (message_id))

struct message_resume_input {
  sambung::message_id message_id;  // the answer
  std::int64_t after = 0;          // the last event that was seen; a last-event-id counts more
};
BOOST_DESCRIBE_STRUCT(message_resume_input, (), (message_id, after))
record_description describe_record(record_of<message_resume_input>);

struct model_list_output {
  std::vector<model_info> items;
};
BOOST_DESCRIBE_STRUCT(model_list_output, (), (items))

// How a provider fares; nothing of where it is and whose key it has.
struct provider_item {
  std::string name;
  provider_state state = provider_state::unknown;
  std::optional<std::string> error;  // of failing: an errc's name
  std::optional<timestamp> at;       // when its last call ended
};
BOOST_DESCRIBE_STRUCT(provider_item, (), (name, state, error, at))
struct provider_list_output {
  std::vector<provider_item> items;
};
BOOST_DESCRIBE_STRUCT(provider_list_output, (), (items))

// A turn's events as clients see them: "type" says which.
struct started_event : turn_started {
  static constexpr std::string_view type_name = "started";
};
struct text_event {
  static constexpr std::string_view type_name = "text";
  std::string text;
};
struct reasoning_event {
  static constexpr std::string_view type_name = "reasoning";
  std::string text;
};
struct tool_call_event {
  static constexpr std::string_view type_name = "toolCall";
  std::int32_t index = 0;
  std::string id;
  std::string name;
  std::string arguments;
};
struct tool_result_event : tool_result {
  static constexpr std::string_view type_name = "toolResult";
};
struct snapshot_event : turn_snapshot {
  static constexpr std::string_view type_name = "snapshot";
};
struct finished_event : turn_finished {
  static constexpr std::string_view type_name = "finished";
};
BOOST_DESCRIBE_STRUCT(started_event, (turn_started), ())
BOOST_DESCRIBE_STRUCT(text_event, (), (text))
BOOST_DESCRIBE_STRUCT(reasoning_event, (), (text))
BOOST_DESCRIBE_STRUCT(tool_call_event, (), (index, id, name, arguments))
BOOST_DESCRIBE_STRUCT(tool_result_event, (tool_result), ())
BOOST_DESCRIBE_STRUCT(snapshot_event, (turn_snapshot), ())
BOOST_DESCRIBE_STRUCT(finished_event, (turn_finished), ())

using message_event = std::variant<started_event, text_event, reasoning_event, tool_call_event, tool_result_event,
                                   snapshot_event, finished_event>;

message_event to_message_event(turn_event event);

}  // namespace sambung
