#include "provider/openai_wire.hpp"

#include "provider/json_text.hpp"
#include "provider/vendor_error.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace sambung {
namespace {

namespace json = boost::json;

// Writes one JSON object, member by member.
class object_writer {
 public:
  explicit object_writer(std::string& out) : out_(out) { out_ += '{'; }

  std::string& key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    append_json_string(out_, name);
    return out_ += ':';
  }
  void text(std::string_view name, std::string_view value) { append_json_string(key(name), value); }
  void raw(std::string_view name, std::string_view value) { key(name) += value; }
  void number(std::string_view name, double value) {
    std::array<char, 32> digits;
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    raw(name, {digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  void value(std::string_view name, json::value const& v) { raw(name, json::serialize(v)); }
  // The vendor's own additions, as they were given.
  void extras(std::optional<json::object> const& object) {
    if (!object) return;
    for (auto const& item : *object) value(item.key(), item.value());
  }
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

class message_encoder {
 public:
  explicit message_encoder(std::string& out) : out_(out) {}

  void add(prompt_message const& message) {
    // A result of a tool is a message of its own, whatever message it was a part of.
    for (auto const& p : message.parts)
      if (auto const* result = std::get_if<tool_result_part>(&p)) add_result(*result);
    if (message.who == role::tool) return;
    bool const only_results = !message.parts.empty() &&
                              std::all_of(message.parts.begin(), message.parts.end(),
                                          [](part const& p) { return std::holds_alternative<tool_result_part>(p); });
    if (only_results) return;
    object_writer object(next());
    object.text("role", boost::describe::enum_to_string(message.who, "user"));
    if (message.who == role::assistant) add_assistant(object, message.parts);
    else add_content(object, message.parts);
    object.end();
  }

 private:
  std::string& next() {
    if (!first_) out_ += ',';
    first_ = false;
    return out_;
  }

  void add_result(tool_result_part const& result) {
    object_writer object(next());
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
    for (auto const& p : parts)
      if (auto const* reasoning = std::get_if<reasoning_part>(&p)) object.extras(reasoning->provider_data);
    if (calls) add_calls(object.key("tool_calls"), parts);
  }

  void add_calls(std::string& out, std::vector<part> const& parts) {
    char separator = '[';
    for (auto const& p : parts) {
      auto const* call = std::get_if<tool_call_part>(&p);
      if (!call) continue;
      out += std::exchange(separator, ',');
      object_writer object(out);
      object.text("id", call->id);
      object.text("type", "function");
      object_writer function(object.key("function"));
      function.text("name", call->name);
      function.text("arguments", call->arguments.empty() ? "{}" : call->arguments);
      function.end();
      object.extras(call->provider_data);
      object.end();
    }
    out += ']';
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
    char separator = '[';
    for (auto const& p : parts) {
      auto const* text = std::get_if<text_part>(&p);
      auto const* image = std::get_if<image_part>(&p);
      auto const* file = std::get_if<file_part>(&p);
      if (!text && !image && !file) continue;
      out += std::exchange(separator, ',');
      object_writer object(out);
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
    out += ']';
  }

  std::string& out_;
  bool first_ = true;
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

void add_stream_options(object_writer& object, json::object const& extra) {
  json::object options;
  if (auto const* given = extra.if_contains("stream_options"); given && given->is_object())
    options = given->get_object();
  options.emplace("include_usage", true);
  object.value("stream_options", json::value(std::move(options)));
}

void add_extra(object_writer& object, completion_request const& request, std::string_view limit) {
  auto const written = [&](std::string_view name) {
    return name == "model" || name == "messages" || name == "stream" || name == "stream_options" ||
           (name == "temperature" && request.temperature) || (name == "top_p" && request.top_p) ||
           (name == limit && request.max_tokens) || (name == "seed" && request.seed) ||
           (name == "stop" && !request.stop.empty()) || (name == "tools" && !request.tools.empty());
  };
  for (auto const& item : request.extra)
    if (!written(item.key())) object.value(item.key(), item.value());
}

json::object const* first_choice(json::object const& answer) {
  auto const* choices = answer.if_contains("choices");
  auto const* list = choices ? choices->if_array() : nullptr;
  return list && !list->empty() ? list->front().if_object() : nullptr;
}

void read_tool_calls(json::object const& message, completion& answer) {
  auto const* found = message.if_contains("tool_calls");
  auto const* calls = found ? found->if_array() : nullptr;
  if (!calls) return;
  std::size_t position = 0;
  for (auto const& each : *calls) {
    auto const* call = each.if_object();
    if (!call) continue;
    auto const* given = call->if_contains("function");
    auto const* function = given ? given->if_object() : nullptr;
    if (!function) continue;
    tool_call_part p;
    p.id = without_nul(openai::text_at(*call, "id"));
    if (p.id.empty()) p.id = "call_" + std::to_string(position);
    p.name = without_nul(openai::text_at(*function, "name"));
    p.arguments = openai::arguments_of(function->if_contains("arguments"));
    p.provider_data = openai::tool_call_extras(*call);
    answer.parts.push_back(std::move(p));
    ++position;
  }
}

void read_message(json::object const& message, completion& answer) {
  auto content = openai::content_of(message.if_contains("content"));
  content.reasoning.insert(0, without_nul(openai::reasoning_at(message)));
  auto extras = openai::reasoning_extras(message);
  if (!content.reasoning.empty() || extras)
    answer.parts.push_back(reasoning_part{std::move(content.reasoning), std::move(extras)});
  content.text += without_nul(openai::text_at(message, "refusal"));
  if (!content.text.empty()) answer.parts.push_back(text_part{std::move(content.text), {}});
  read_tool_calls(message, answer);
}

// The JSON of a 2xx body, or why it is no answer.
result<json::value> parse_body(std::string_view body, std::string_view secret) {
  json::error_code fault;
  auto parsed = json::parse(body, fault);
  if (fault) return not_an_answer("the provider's answer is not JSON", body, secret);
  if (auto const* error = error_in(parsed)) return vendor_failure(*error, body, secret);
  return parsed;
}

json::array const* model_list(json::value const& body) {
  if (auto const* list = body.if_array()) return list;
  auto const* object = body.if_object();
  if (!object) return nullptr;
  for (auto const* name : {"data", "models"})
    if (auto const* found = object->if_contains(name); found && found->is_array()) return &found->get_array();
  return nullptr;
}

}  // namespace

namespace openai {

std::string_view text_at(json::object const& object, std::string_view name) {
  auto const* found = object.if_contains(name);
  auto const* text = found ? found->if_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

std::string_view reasoning_at(json::object const& message) {
  for (auto const* name : {"reasoning_content", "reasoning", "thinking"})
    if (auto const text = text_at(message, name); !text.empty()) return text;
  return {};
}

ending ending_of(std::string_view raw) {
  auto reason = finish_reason::other;
  if (raw == "stop" || raw == "end_turn" || raw == "eos") reason = finish_reason::stop;
  else if (raw == "length" || raw == "max_tokens") reason = finish_reason::length;
  else if (raw == "tool_calls" || raw == "function_call" || raw == "tool_use") reason = finish_reason::tool_calls;
  else if (raw == "content_filter" || raw == "safety") reason = finish_reason::content_filter;
  return {reason, without_nul(raw)};
}

token_usage usage_of(json::object const& usage) {
  auto const count = [](json::object const& object, std::string_view name) -> std::int64_t {
    auto const* found = object.if_contains(name);
    if (!found || !found->is_number()) return 0;
    json::error_code inexact;
    auto const value = found->to_number<std::int64_t>(inexact);
    return inexact || value < 0 ? 0 : value;
  };
  auto const detail = [&](std::string_view group, std::string_view name) -> std::int64_t {
    auto const* found = usage.if_contains(group);
    return found && found->is_object() ? count(found->get_object(), name) : 0;
  };
  token_usage out;
  out.input_tokens = count(usage, "prompt_tokens");
  out.output_tokens = count(usage, "completion_tokens");
  out.cached_input_tokens = detail("prompt_tokens_details", "cached_tokens");
  out.reasoning_tokens = detail("completion_tokens_details", "reasoning_tokens");
  return out;
}

content_text content_of(json::value const* content) {
  content_text out;
  if (!content) return out;
  if (auto const* text = content->if_string()) out.text = without_nul(*text);
  auto const* parts = content->if_array();
  if (!parts) return out;
  for (auto const& each : *parts) {
    auto const* part = each.if_object();
    if (!part) continue;
    out.text += without_nul(text_at(*part, "text"));
    auto const* thinking = part->if_contains("thinking");
    if (!thinking) continue;
    if (auto const* text = thinking->if_string()) out.reasoning += without_nul(*text);
    else if (thinking->is_array()) out.reasoning += content_of(thinking).text;
  }
  return out;
}

std::optional<json::object> tool_call_extras(json::object const& call) {
  json::object extras;
  for (auto const& item : call) {
    std::string_view const name = item.key();
    if (name != "index" && name != "id" && name != "type" && name != "function" && !item.value().is_null())
      extras.emplace(name, item.value());
  }
  if (extras.empty()) return std::nullopt;
  return extras;
}

std::optional<json::object> reasoning_extras(json::object const& message) {
  auto const* details = message.if_contains("reasoning_details");
  if (!details || !details->is_array() || details->get_array().empty()) return std::nullopt;
  json::object extras;
  extras.emplace("reasoning_details", *details);
  return extras;
}

std::string arguments_of(json::value const* arguments) {
  if (!arguments || arguments->is_null()) return {};
  if (auto const* text = arguments->if_string()) return without_nul(*text);
  return json::serialize(*arguments);
}

}  // namespace openai

std::string encode_openai_request(completion_request const& request, answer_mode mode, limit_name limit) {
  std::string_view const limit_member = limit == limit_name::max_tokens ? "max_tokens" : "max_completion_tokens";
  std::string out;
  out.reserve(size_hint(request));
  object_writer object(out);
  object.text("model", request.model);
  object.key("messages") += '[';
  message_encoder messages(out);
  for (auto const& message : request.messages) messages.add(message);
  out += ']';
  if (request.temperature) object.number("temperature", *request.temperature);
  if (request.top_p) object.number("top_p", *request.top_p);
  if (request.max_tokens) object.raw(limit_member, std::to_string(*request.max_tokens));
  if (request.seed) object.raw("seed", std::to_string(*request.seed));
  if (!request.stop.empty()) object.value("stop", json::value(json::array(request.stop.begin(), request.stop.end())));
  if (!request.tools.empty()) object.value("tools", json::value(request.tools));
  object.raw("stream", mode == answer_mode::streamed ? "true" : "false");
  if (mode == answer_mode::streamed) add_stream_options(object, request.extra);
  add_extra(object, request, limit_member);
  object.end();
  return out;
}

result<completion> decode_openai_answer(std::string_view body, std::string_view secret) {
  auto const parsed = parse_body(body, secret);
  if (!parsed) return parsed.error();
  auto const* object = parsed->if_object();
  auto const* choice = object ? first_choice(*object) : nullptr;
  auto const* found = choice ? choice->if_contains("message") : nullptr;
  auto const* message = found ? found->if_object() : nullptr;
  if (!message) return not_an_answer("the provider's answer has no message in it", body, secret);
  completion answer;
  answer.id = without_nul(openai::text_at(*object, "id"));
  answer.model = without_nul(openai::text_at(*object, "model"));
  read_message(*message, answer);
  auto const raw_reason = openai::text_at(*choice, "finish_reason");
  auto ending = raw_reason.empty() ? openai::ending{finish_reason::stop, {}} : openai::ending_of(raw_reason);
  answer.reason = ending.reason;
  answer.raw_reason = std::move(ending.raw);
  if (auto const* usage = object->if_contains("usage"); usage && usage->is_object()) {
    answer.usage = openai::usage_of(usage->get_object());
    answer.raw_usage = json::serialize(*usage);
  }
  return answer;
}

result<std::vector<model_info>> decode_openai_models(std::string_view body, std::string_view secret) {
  auto const parsed = parse_body(body, secret);
  if (!parsed) return parsed.error();
  auto const* list = model_list(*parsed);
  if (!list) return not_an_answer("the provider's list of models has no models in it", body, secret);
  std::vector<model_info> models;
  for (auto const& each : *list) {
    auto const* object = each.if_object();
    auto const id = object ? openai::text_at(*object, "id") : std::string_view();
    if (id.empty()) continue;
    auto const* created = object->if_contains("created");
    auto const seconds = created && created->is_int64() ? created->get_int64() : 0;
    models.push_back({without_nul(id), without_nul(openai::text_at(*object, "owned_by")), seconds});
  }
  return models;
}

std::vector<completion_event> events_of(completion const& answer) {
  std::vector<completion_event> events;
  std::int32_t calls = 0;
  for (auto const& p : answer.parts) {
    if (auto const* text = std::get_if<text_part>(&p)) events.push_back(text_delta{text->text});
    else if (auto const* reasoning = std::get_if<reasoning_part>(&p))
      events.push_back(reasoning_delta{reasoning->text, reasoning->provider_data});
    else if (auto const* call = std::get_if<tool_call_part>(&p))
      events.push_back(tool_call_delta{calls++, call->id, call->name, call->arguments, call->provider_data});
  }
  if (answer.usage) events.push_back(usage_report{*answer.usage, answer.raw_usage});
  events.push_back(completion_finished{answer.reason, answer.raw_reason});
  return events;
}

}  // namespace sambung
