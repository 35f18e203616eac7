#include "services/turns/used_prompt.hpp"

#include "provider/openai_words.hpp"

#include <algorithm>

namespace sambung {
namespace {

bool is_placeholder(template_message const& one) { return one.placeholder.has_value(); }

void refuse_unsupported(rendered_prompt const& filled) {
  if (std::ranges::count_if(filled.messages, is_placeholder) > 1)
    throw error(errc::unsupported, "a prompt that is sent has one placeholder at most");
}

// None where it asks for text.
std::optional<output_format> format_of(boost::json::object const& response_format) {
  boost::json::value const wanted(response_format);
  if (openai_words::is_text_format(wanted)) return std::nullopt;
  auto found = openai_words::format_of(wanted);
  if (!found) throw error(errc::unsupported, "the prompt's response format is not one of JSON");
  return found;
}

context_block block_of(rendered_prompt const& filled, template_message one, context_place place) {
  block_source source{"template", to_string(filled.template_id), filled.number};
  context_block made(std::move(source), place, std::move(one.text));
  made.role = one.role;
  made.reason = context_reason::mandatory;
  return made;
}

}  // namespace

used_prompt use_of(rendered_prompt filled, boost::json::object values) {
  refuse_unsupported(filled);
  used_prompt made;
  made.template_id = filled.template_id;
  made.version_id = filled.version_id;
  made.number = filled.number;
  made.label = std::move(filled.label);
  made.values = std::move(values);
  made.config = std::move(filled.config);
  auto messages = std::move(filled.messages);
  if (!messages.empty() && !is_placeholder(messages.back()) && messages.back().role == role::user) {
    made.question = std::move(messages.back().text);
    messages.pop_back();
  }
  // What stands behind the chat's messages: right before the prompt's own question, or behind the user's.
  auto const behind = made.question ? context_place::before_question : context_place::post_history;
  auto place = context_place::main;
  for (auto& one : messages) {
    if (is_placeholder(one)) place = behind;
    else if (!one.text.empty()) made.blocks.push_back(block_of(filled, std::move(one), place));
  }
  return made;
}

send_options with_wishes(send_options how, prompt_config from) {
  if (!how.model) how.model = std::move(from.model);
  if (!how.temperature) how.temperature = from.temperature;
  if (!how.top_p) how.top_p = from.top_p;
  if (!how.max_tokens) how.max_tokens = from.max_tokens;
  if (!how.tools) how.tools = std::move(from.tools);
  if (!how.format && from.response_format) how.format = format_of(*from.response_format);
  return how;
}

void set_options(completion_request& request, send_options const& how) {
  request.temperature = how.temperature;
  request.top_p = how.top_p;
  request.max_tokens = how.max_tokens;
  request.format = how.format;
  request.on_unsupported = how.on_unsupported;
}

}  // namespace sambung
