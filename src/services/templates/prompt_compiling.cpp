#include "services/templates/prompt_compiling.hpp"

#include "provider/openai_words.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace sambung {
namespace {

issue message_issue(std::size_t number, std::string_view member, std::string why) {
  return {"messages[" + std::to_string(number) + "]." + std::string(member), std::move(why)};
}

void check_message(template_message const& one, std::size_t number, std::vector<issue>& faults) {
  if (one.role == role::tool) faults.push_back(message_issue(number, "role", "system, user or assistant"));
  if (!one.placeholder) return;
  if (!is_variable_name(*one.placeholder)) faults.push_back(message_issue(number, "placeholder", "not a name"));
  if (!one.text.empty()) faults.push_back(message_issue(number, "text", "either this or a placeholder"));
}

void check_format(prompt_config const& config, std::vector<issue>& faults) {
  if (!config.response_format) return;
  boost::json::value const wanted(*config.response_format);
  if (openai_words::is_text_format(wanted) || openai_words::format_of(wanted)) return;
  faults.push_back({"config.responseFormat", "text, json_object, or json_schema with its name and schema"});
}

std::size_t bytes_of_texts(prompt_content const& content) {
  std::size_t bytes = 0;
  for (auto const& one : content.messages) bytes += one.text.size();
  return bytes;
}

void check_size(std::string_view what, std::size_t bytes, std::size_t most) {
  if (bytes <= most) return;
  auto const why = "at most " + std::to_string(most) + " bytes";
  throw error(failure(errc::payload_too_large, std::string(what) + ": " + why, {{std::string(what), why}}));
}

}  // namespace

void check_content(prompt_content const& content) {
  validate(content).value();
  std::vector<issue> faults;
  for (std::size_t i = 0; i < content.messages.size(); ++i) check_message(content.messages[i], i, faults);
  if (content.messages.empty()) faults.push_back({"messages", "at least one"});
  if (content.kind == prompt_kind::text &&
      (content.messages.size() > 1 || (!content.messages.empty() && content.messages.front().placeholder)))
    faults.push_back({"messages", "a prompt of one text has one, without a placeholder"});
  check_format(content.config, faults);
  if (!faults.empty()) throw error(failure(errc::invalid_argument, "not a prompt", std::move(faults)));
  check_size("messages", bytes_of_texts(content), max_prompt_bytes);
  check_size("variables", to_json_text(content.variables).size(), max_prompt_variable_bytes);
  check_size("config", to_json_text(content.config).size(), max_prompt_config_bytes);
  check_size("examples", to_json_text(content.examples).size(), max_prompt_example_bytes);
}

template_compilation compile_prompt(prompt_content const& content, included_texts const& includes) {
  std::vector<std::string_view> texts;
  for (auto const& one : content.messages) texts.push_back(one.text);
  return compile_template(texts, content.variables, includes.resolver());
}

void demand_compiled(template_compilation const& made) {
  if (made.compiled) return;
  std::vector<issue> issues;
  for (auto const& fault : made.faults) issues.push_back(to_issue(fault));
  throw error(failure(errc::invalid_argument, "the template has faults", std::move(issues)));
}

}  // namespace sambung
