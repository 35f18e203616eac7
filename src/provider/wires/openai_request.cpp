#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "provider/openai_words.hpp"
#include "provider/wires/openai_wire.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace sambung {
namespace {

namespace json = boost::json;

class openai_message_encoder {
 public:
  openai_message_encoder(std::string& out, openai_dialect const& dialect) : messages_(out), dialect_(dialect) {}

  void add(prompt_message const& message) {
    // A result of a tool is a message of its own, whatever message it was a part of.
    for (auto const& p : message.parts)
      if (auto const* result = std::get_if<tool_result_part>(&p)) add_result(*result);
    if (message.who == role::tool) return;
    bool const only_results = !message.parts.empty() &&
                              std::all_of(message.parts.begin(), message.parts.end(),
                                          [](part const& p) { return std::holds_alternative<tool_result_part>(p); });
    if (only_results) return;
    object_writer object(messages_.next());
    object.text("role", boost::describe::enum_to_string(message.who, "user"));
    if (message.who == role::assistant) add_assistant(object, message.parts);
    else add_content(object, message.parts);
    object.end();
  }
  void end() { messages_.end(); }

 private:
  void add_result(tool_result_part const& result) {
    object_writer object(messages_.next());
    object.text("role", "tool");
    object.text("tool_call_id", result.call_id);
    object.text("content", result.text);
    object.end();
  }

  void add_assistant(object_writer& object, std::vector<part> const& parts) {
    bool const calls = std::any_of(parts.begin(), parts.end(),
                                   [](part const& p) { return std::holds_alternative<tool_call_part>(p); });
    auto const text = text_of(parts);
    if (calls && text.empty()) object.raw("content", "null");
    else object.text("content", text);
    if (dialect_.replay == replayed_reasoning::accepted) add_reasoning(object, parts);
    if (!calls) return;
    if (!dialect_.reasoning_member.empty()) object.text(dialect_.reasoning_member, reasoning_of(parts));
    add_calls(object.key("tool_calls"), parts);
  }

  static void add_reasoning(object_writer& object, std::vector<part> const& parts) {
    for (auto const& p : parts)
      if (auto const* reasoning = std::get_if<reasoning_part>(&p); reasoning && reasoning->provider_data)
        object.extras(openai::reasoning_extras(*reasoning->provider_data));
  }

  static std::string reasoning_of(std::vector<part> const& parts) {
    std::string all;
    for (auto const& p : parts)
      if (auto const* reasoning = std::get_if<reasoning_part>(&p)) all += reasoning->text;
    return all;
  }

  void add_calls(std::string& out, std::vector<part> const& parts) {
    array_writer calls(out);
    for (auto const& p : parts) {
      auto const* call = std::get_if<tool_call_part>(&p);
      if (!call) continue;
      object_writer object(calls.next());
      object.text("id", call->id);
      object.text("type", "function");
      object_writer function(object.key("function"));
      function.text("name", call->name);
      function.text("arguments", call->arguments.empty() ? "{}" : call->arguments);
      function.end();
      object.extras(call->provider_data);
      object.end();
    }
    calls.end();
  }

  void add_content(object_writer& object, std::vector<part> const& parts) {
    bool const media = std::any_of(parts.begin(), parts.end(), [](part const& p) {
      return std::holds_alternative<image_part>(p) || std::holds_alternative<file_part>(p);
    });
    auto const texts =
        std::count_if(parts.begin(), parts.end(), [](part const& p) { return std::holds_alternative<text_part>(p); });
    if (media || texts > 1) add_parts(object.key("content"), parts);
    else object.text("content", text_of(parts));
  }

  void add_parts(std::string& out, std::vector<part> const& parts) {
    array_writer list(out);
    for (auto const& p : parts) {
      auto const* text = std::get_if<text_part>(&p);
      auto const* image = std::get_if<image_part>(&p);
      auto const* file = std::get_if<file_part>(&p);
      if (!text && !image && !file) continue;
      object_writer object(list.next());
      if (text) {
        object.text("type", "text");
        object.text("text", text->text);
      } else if (image) {
        object.text("type", "image_url");
        object_writer url(object.key("image_url"));
        url.text("url", image->url);
        url.end();
      } else {
        object.text("type", "file");
        object_writer inner(object.key("file"));
        inner.text("filename", file->name);
        inner.text("file_data", file->url);
        inner.end();
      }
      object.end();
    }
    list.end();
  }

  array_writer messages_;
  openai_dialect const& dialect_;
};

std::size_t size_hint(completion_request const& request) {
  std::size_t size = 512;
  for (auto const& message : request.messages)
    for (auto const& p : message.parts) {
      size += 96;
      if (auto const* text = std::get_if<text_part>(&p)) size += text->text.size() + text->text.size() / 16;
      if (auto const* result = std::get_if<tool_result_part>(&p)) size += result->text.size() + result->text.size() / 8;
    }
  return size;
}

std::string_view name_of(limit_name limit) {
  return limit == limit_name::max_tokens ? "max_tokens" : "max_completion_tokens";
}

std::optional<reasoning_effort> effort_of(completion_request const& request, openai_dialect const& dialect) {
  if (request.effort || request.tools.empty()) return request.effort;
  auto const begins = [&](std::string const& model) { return request.model.starts_with(model); };
  if (std::ranges::none_of(dialect.tools_without_reasoning, begins)) return std::nullopt;
  return reasoning_effort::none;
}

void add_sampling(object_writer& object, completion_request const& request, openai_dialect const& dialect) {
  if (request.temperature) object.number("temperature", *request.temperature);
  if (request.top_p) object.number("top_p", *request.top_p);
  if (request.presence_penalty) object.number("presence_penalty", *request.presence_penalty);
  if (request.frequency_penalty) object.number("frequency_penalty", *request.frequency_penalty);
  if (request.max_tokens) object.integer(name_of(dialect.limit), *request.max_tokens);
  if (request.seed) object.integer(dialect.seed, *request.seed);
  if (!request.stop.empty()) object.value("stop", json::value(json::array(request.stop.begin(), request.stop.end())));
  if (auto const effort = effort_of(request, dialect))
    object.text("reasoning_effort", boost::describe::enum_to_string(*effort, "none"));
}

void add_choice(object_writer& object, tool_choice const& choice) {
  if (auto const word = openai_words::word_of(choice.how); !word.empty()) return object.text("tool_choice", word);
  object_writer named(object.key("tool_choice"));
  named.text("type", "function");
  object_writer function(named.key("function"));
  function.text("name", choice.name);
  function.end();
  named.end();
}

// How tools are called says nothing without any, and is then refused by some vendors.
void add_openai_tools(object_writer& object, completion_request const& request) {
  if (!request.tools.empty()) object.value("tools", json::value(request.tools));
  bool const demanded = request.choice && (request.choice->how == tool_choice::kind::required ||
                                           request.choice->how == tool_choice::kind::named);
  if (request.choice && (demanded || !request.tools.empty())) add_choice(object, *request.choice);
  if (request.parallel_tool_calls && !request.tools.empty())
    object.raw("parallel_tool_calls", *request.parallel_tool_calls ? "true" : "false");
}

void add_openai_format(object_writer& object, output_format const& format) {
  object_writer form(object.key("response_format"));
  if (format.how == output_format::kind::json_object) {
    form.text("type", "json_object");
  } else {
    form.text("type", "json_schema");
    object_writer schema(form.key("json_schema"));
    schema.text("name", format.name);
    schema.value("schema", json::value(format.schema));
    schema.end();
  }
  form.end();
}

void add_stream_options(object_writer& object, json::object options, stream_usage usage) {
  if (usage == stream_usage::on_request) options.emplace("include_usage", true);
  else options.erase("include_usage");
  if (options.empty()) return;
  object.value("stream_options", json::value(std::move(options)));
}

// An object's members, but for include_usage: what is asked for is ours to say.
json::object stream_options_in(std::string_view text) {
  json::error_code fault;
  auto given = json::parse(text, fault);
  if (fault || !given.is_object()) return {};
  given.get_object().erase("include_usage");
  return std::move(given.get_object());
}

std::size_t erase_reasoning(json::object& message) {
  constexpr std::array<std::string_view, 3> members{"reasoning_content", "reasoning", "reasoning_details"};
  std::size_t erased = 0;
  for (auto const name : members) erased += message.erase(name);
  return erased;
}

// The client's messages as the dialect takes them; those that it takes as they are stay as they are written.
std::string messages_in(std::string_view text, openai_dialect const& dialect) {
  bool const without_reasoning = dialect.replay == replayed_reasoning::refused;
  bool const without_developer =
      dialect.developer == developer_role::told_as_system && text.find(R"("developer")") != text.npos;
  if (!without_reasoning && !without_developer) return std::string(text);
  json::error_code fault;
  auto messages = json::parse(text, fault);
  if (fault || !messages.is_array()) return std::string(text);
  std::size_t changed = 0;
  for (auto& each : messages.get_array()) {
    auto* message = each.if_object();
    if (!message) continue;
    if (without_reasoning) changed += erase_reasoning(*message);
    if (without_developer && wire::text_at(*message, "role") == "developer") {
      (*message)["role"] = "system";
      ++changed;
    }
  }
  return changed > 0 ? json::serialize(messages) : std::string(text);
}

// The client's own bytes, with the vendor's name of the model, and what the dialect calls otherwise.
std::string forwarded(completion_request const& request, answer_mode mode, openai_dialect const& dialect) {
  std::string out;
  out.reserve(request.verbatim->size() + 64);
  object_writer object(out);
  json::object options;
  for_each_member(*request.verbatim, [&](std::string const& name, std::string_view value) {
    if (name == "stream_options") options = stream_options_in(value);
    else if (name == "seed") object.raw(dialect.seed, value);
    else if (name == "messages") object.raw(name, messages_in(value, dialect));
    else if (name != "model" && name != "stream" && name != "max_tokens" && name != "max_completion_tokens")
      object.raw(name, value);
  });
  object.text("model", request.model);
  object.raw("stream", mode == answer_mode::streamed ? "true" : "false");
  if (request.max_tokens) object.integer(name_of(dialect.limit), *request.max_tokens);
  if (mode == answer_mode::streamed) add_stream_options(object, std::move(options), dialect.usage);
  object.end();
  return out;
}

}  // namespace

std::string encode_openai_request(completion_request const& request, answer_mode mode, openai_dialect const& dialect) {
  if (request.verbatim) return forwarded(request, mode, dialect);
  std::string out;
  out.reserve(size_hint(request));
  std::vector<std::string_view> written{"stream_options"};
  object_writer object(out, &written);
  object.text("model", request.model);
  openai_message_encoder messages(object.key("messages"), dialect);
  for (auto const& message : request.messages) messages.add(message);
  messages.end();
  add_sampling(object, request, dialect);
  add_openai_tools(object, request);
  if (request.format) add_openai_format(object, *request.format);
  object.raw("stream", mode == answer_mode::streamed ? "true" : "false");
  if (mode == answer_mode::streamed)
    add_stream_options(object, wire::given_object(request.extra, "stream_options"), dialect.usage);
  object.rest(request.extra);
  object.end();
  return out;
}

}  // namespace sambung
