#include "core/data_url.hpp"
#include "core/json_writer.hpp"
#include "provider/wires/ollama_wire.hpp"

#include <algorithm>
#include <map>

namespace sambung {
namespace {

namespace json = boost::json;

// Writes messages, and notes what of them the API has not.
class ollama_message_encoder {
 public:
  // `others`: the prompt has more than one message.
  ollama_message_encoder(std::string& out, std::vector<issue>& refused, bool others)
      : messages_(out), refused_(refused), others_(others) {}

  void add(prompt_message const& message) {
    for (auto const& p : message.parts) {
      if (auto const* call = std::get_if<tool_call_part>(&p)) names_[call->id] = call->name;
      // A result of a tool is a message of its own, whatever message it was a part of.
      if (auto const* result = std::get_if<tool_result_part>(&p)) add_result(*result);
    }
    if (says_something(message)) add_said(message);
    else if (has_media(message)) refuse("Ollama gets no media in what a tool said");
    ++place_;
  }
  void end() { messages_.end(); }
  wire::prompt left() const { return messages_.empty() ? wire::prompt::empty : wire::prompt::not_empty; }

 private:
  static bool says_something(prompt_message const& message) {
    if (message.who == role::tool) return false;
    for (auto const& p : message.parts)
      if (!std::holds_alternative<tool_result_part>(p) && !std::holds_alternative<error_part>(p)) return true;
    return false;
  }

  static bool is_media(part const& p) {
    return std::holds_alternative<image_part>(p) || std::holds_alternative<file_part>(p);
  }
  static bool has_media(prompt_message const& message) { return std::ranges::any_of(message.parts, is_media); }

  void add_result(tool_result_part const& result) {
    object_writer object(messages_.next());
    object.text("role", "tool");
    object.text("content", result.text);
    if (auto const name = names_.find(result.call_id); name != names_.end()) object.text("tool_name", name->second);
    object.text("tool_call_id", result.call_id);
    object.end();
  }

  void add_said(prompt_message const& message) {
    auto images = images_of(message);
    bool const lost = images.empty() && only_media(message);
    if (lost && !others_) return;
    object_writer object(messages_.next());
    object.text("role", boost::describe::enum_to_string(message.who, "user"));
    // Many models' templates refuse two answers in a row.
    object.text("content", lost ? "(What stood here cannot be shown.)" : text_of(message.parts));
    if (auto const thoughts = thoughts_of(message); !thoughts.empty()) object.text("thinking", thoughts);
    if (!images.empty()) object.value("images", json::value(std::move(images)));
    add_calls(object, message);
    object.end();
  }

  // What says something and is none of these is text, reasoning or a call.
  static bool only_media(prompt_message const& message) {
    return std::ranges::all_of(message.parts, [](part const& p) {
      return is_media(p) || std::holds_alternative<tool_result_part>(p) || std::holds_alternative<error_part>(p);
    });
  }

  static std::string thoughts_of(prompt_message const& message) {
    std::string all;
    for (auto const& p : message.parts)
      if (auto const* reasoning = std::get_if<reasoning_part>(&p)) all += reasoning->text;
    return all;
  }

  json::array images_of(prompt_message const& message) {
    json::array images;
    for (auto const& p : message.parts) {
      if (std::holds_alternative<file_part>(p)) refuse("Ollama takes no files");
      auto const* image = std::get_if<image_part>(&p);
      if (!image) continue;
      auto url = parse_data_url(image->url);
      if (url) images.emplace_back(base64_of(std::move(*url)));
      else refuse("Ollama takes images as bytes only, not by their address");
    }
    return images;
  }

  static void add_calls(object_writer& object, prompt_message const& message) {
    json::array calls;
    for (auto const& p : message.parts) {
      auto const* call = std::get_if<tool_call_part>(&p);
      if (!call) continue;
      json::object function;
      function["name"] = call->name;
      function["arguments"] = wire::arguments_object(call->arguments);
      json::object made;
      made["id"] = call->id;
      made["function"] = std::move(function);
      calls.emplace_back(std::move(made));
    }
    if (!calls.empty()) object.value("tool_calls", json::value(std::move(calls)));
  }

  void refuse(char const* why) { refused_.push_back({"messages[" + std::to_string(place_) + "]", why}); }

  array_writer messages_;
  std::vector<issue>& refused_;
  std::map<std::string, std::string> names_;  // of the tools that were called, by the call's id
  std::size_t place_ = 0;
  bool others_;
};

json::object options_of(completion_request const& request) {
  auto options = wire::given_object(request.extra, "options");
  if (request.temperature) options["temperature"] = *request.temperature;
  if (request.top_p) options["top_p"] = *request.top_p;
  if (request.max_tokens) options["num_predict"] = *request.max_tokens;
  if (request.seed) options["seed"] = *request.seed;
  if (request.presence_penalty) options["presence_penalty"] = *request.presence_penalty;
  if (request.frequency_penalty) options["frequency_penalty"] = *request.frequency_penalty;
  if (!request.stop.empty()) options["stop"] = json::array(request.stop.begin(), request.stop.end());
  return options;
}

void add_format(object_writer& object, output_format const& format) {
  if (format.how == output_format::kind::json_object) object.text("format", "json");
  else object.value("format", json::value(format.schema));
}

void add_effort(object_writer& object, reasoning_effort effort) {
  if (effort == reasoning_effort::none) return object.raw("think", "false");
  bool const least = effort == reasoning_effort::minimal;  // there is none below "low"
  object.text("think", least ? "low" : boost::describe::enum_to_string(effort, "low"));
}

bool demands_call(tool_choice const& choice) {
  return choice.how == tool_choice::kind::required || choice.how == tool_choice::kind::named;
}

bool is_named(json::value const& tool, std::string const& name) {
  auto const* object = tool.if_object();
  auto const* function = object ? wire::object_at(*object, "function") : nullptr;
  return function && wire::text_at(*function, "name") == name;
}

// A model cannot be made to call a tool here; one that has a single tool does so soonest.
json::array offered_tools(completion_request const& request) {
  if (!request.choice || request.choice->how == tool_choice::kind::automatic ||
      request.choice->how == tool_choice::kind::required)
    return request.tools;
  json::array named;
  if (request.choice->how == tool_choice::kind::named)
    for (auto const& tool : request.tools)
      if (is_named(tool, request.choice->name)) named.push_back(tool);
  return named;
}

std::vector<issue> weakened_members(completion_request const& request) {
  std::vector<issue> out;
  if (request.choice && demands_call(*request.choice))
    out.push_back({"choice", "Ollama cannot make a model call a tool: it is offered, and may be left alone"});
  if (!request.parallel_tool_calls.value_or(true) && !request.tools.empty())
    out.push_back({"parallel_tool_calls", "Ollama cannot keep a model from calling tools in parallel"});
  return out;
}

std::vector<issue> unknown_members(completion_request const& request) {
  auto out = wire::members_only_of_openai(request.extra, "Ollama");
  if (request.choice && demands_call(*request.choice) && offered_tools(request).empty())
    out.push_back({"choice", "there is no such tool to call"});
  if (request.extra.contains("tool_choice")) out.push_back({"tool_choice", "Ollama has no tool_choice"});
  return out;
}

}  // namespace

result<encoded_request> encode_ollama_request(completion_request const& request, answer_mode mode) {
  encoded_request made{{}, unknown_members(request), weakened_members(request)};
  auto written = wire::names_only_of_openai();
  written.insert(written.end(), {"tools", "tool_choice"});
  object_writer object(made.body, &written);
  object.text("model", request.model);
  ollama_message_encoder messages(object.key("messages"), made.left_out, request.messages.size() > 1);
  for (auto const& message : request.messages) messages.add(message);
  messages.end();
  if (auto tools = offered_tools(request); !tools.empty()) object.value("tools", json::value(std::move(tools)));
  if (request.format) add_format(object, *request.format);
  if (request.effort) add_effort(object, *request.effort);
  if (auto options = options_of(request); !options.empty()) object.value("options", json::value(std::move(options)));
  object.raw("stream", mode == answer_mode::streamed ? "true" : "false");
  object.rest(request.extra);
  object.end();
  return wire::settled(std::move(made), request.on_unsupported, messages.left());
}

}  // namespace sambung
