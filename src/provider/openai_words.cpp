#include "provider/openai_words.hpp"

#include "core/json_writer.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace sambung::openai_words {
namespace {

constexpr reason_word reasons[] = {{"stop", finish_reason::stop, true},
                                   {"end_turn", finish_reason::stop, false},
                                   {"eos", finish_reason::stop, false},
                                   {"eos_token", finish_reason::stop, false},
                                   {"stop_sequence", finish_reason::stop, false},
                                   {"complete", finish_reason::stop, false},
                                   {"length", finish_reason::length, true},
                                   {"max_tokens", finish_reason::length, false},
                                   {"max_output_tokens", finish_reason::length, false},
                                   {"model_length", finish_reason::length, false},
                                   {"model_context_window_exceeded", finish_reason::length, false},
                                   {"tool_calls", finish_reason::tool_calls, true},
                                   {"function_call", finish_reason::tool_calls, true},
                                   {"tool_use", finish_reason::tool_calls, false},
                                   {"tool_call", finish_reason::tool_calls, false},
                                   {"content_filter", finish_reason::content_filter, true},
                                   {"safety", finish_reason::content_filter, false},
                                   {"refusal", finish_reason::content_filter, false},
                                   {"recitation", finish_reason::content_filter, false},
                                   {"prohibited_content", finish_reason::content_filter, false},
                                   {"blocklist", finish_reason::content_filter, false},
                                   {"sensitive", finish_reason::content_filter, false}};

constexpr std::array<usage_member, 5> usage{
    {{"", "prompt_tokens", &token_counts::input_tokens, true},
     {"", "completion_tokens", &token_counts::output_tokens, true},
     {"prompt_tokens_details", "cached_tokens", &token_counts::cached_input_tokens, true},
     {"prompt_tokens_details", "cache_write_tokens", &token_counts::cache_write_tokens, false},
     {"completion_tokens_details", "reasoning_tokens", &token_counts::reasoning_tokens, true}}};

struct choice_word {
  std::string_view word;
  tool_choice::kind how;
};
constexpr std::array<choice_word, 3> choices{{{"auto", tool_choice::kind::automatic},
                                              {"none", tool_choice::kind::none},
                                              {"required", tool_choice::kind::required}}};

// Some vendors shout.
bool is_same(std::string_view word, std::string_view lower) {
  return std::ranges::equal(word, lower, {}, [](char c) { return lower_case(c); });
}

boost::json::value const* member_of(boost::json::value const* in, std::string_view name) {
  auto const* object = in ? in->if_object() : nullptr;
  return object ? object->if_contains(name) : nullptr;
}

bool is_type(boost::json::value const& format, std::string_view wanted) {
  auto const* type = member_of(&format, "type");
  return type && type->is_string() && std::string_view(type->get_string()) == wanted;
}

reason_word const* find(std::string_view word) {
  auto const found = std::ranges::find_if(reasons, [&](auto const& one) { return is_same(word, one.word); });
  return found == std::end(reasons) ? nullptr : found;
}

}  // namespace

std::span<reason_word const> reason_words() { return reasons; }

finish_reason reason_of(std::string_view word) {
  auto const* found = find(word);
  return found ? found->reason : finish_reason::other;
}

std::string_view word_of(finish_reason reason) {
  auto const found = std::ranges::find(reasons, reason, &reason_word::reason);
  return found == std::end(reasons) ? reasons[0].word : found->word;
}

bool is_own(std::string_view word) {
  auto const* found = find(word);
  return found && found->own && found->word == word;
}

std::span<usage_member const> usage_members() { return usage; }

void append_usage(std::string& out, token_usage const& counts) {
  object_writer object(out);
  auto const append_group = [&](object_writer& into, std::string_view group) {
    for (auto const& member : usage)
      if (member.own && member.group == group) into.integer(member.name, counts.*member.count);
  };
  append_group(object, {});
  object.integer(total_tokens, counts.input_tokens + counts.output_tokens);
  std::string_view last;
  for (auto const& member : usage) {
    if (member.group == std::exchange(last, member.group)) continue;
    object_writer group(object.key(member.group));
    append_group(group, member.group);
    group.end();
  }
  object.end();
}

void append_call(std::string& out, tool_call_part const& call, call_extras extras) {
  object_writer object(out);
  object.text("id", call.id);
  object.text("type", "function");
  object_writer function(object.key("function"));
  function.text("name", call.name);
  function.text("arguments", call.arguments.empty() ? no_arguments : call.arguments);
  function.end();
  if (extras == call_extras::kept) object.extras(call.provider_data);
  object.end();
}

void append_call(std::string& out, tool_call_delta const& call, call_extras extras) {
  bool const first = !call.id.empty();
  object_writer object(out);
  object.integer("index", call.index);
  if (first) object.text("id", call.id);
  if (first) object.text("type", "function");
  object_writer function(object.key("function"));
  if (first) function.text("name", call.name);
  function.text("arguments", call.arguments);
  function.end();
  if (extras == call_extras::kept) object.extras(call.provider_data);
  object.end();
}

std::string_view word_of(tool_choice::kind how) {
  auto const found = std::ranges::find(choices, how, &choice_word::how);
  return found == choices.end() ? std::string_view() : found->word;
}

std::optional<tool_choice::kind> choice_of(std::string_view word) {
  auto const found = std::ranges::find(choices, word, &choice_word::word);
  return found == choices.end() ? std::nullopt : std::optional(found->how);
}

std::optional<output_format> format_of(boost::json::value const& response_format) {
  if (is_type(response_format, "json_object")) return output_format();
  auto const* by_schema = member_of(&response_format, "json_schema");
  auto const* name = member_of(by_schema, "name");
  auto const* schema = member_of(by_schema, "schema");
  if (!name || !name->is_string() || !schema || !schema->is_object()) return std::nullopt;
  return output_format::schema_of(std::string(name->get_string()), schema->get_object());
}

bool is_text_format(boost::json::value const& response_format) { return is_type(response_format, "text"); }

}  // namespace sambung::openai_words
