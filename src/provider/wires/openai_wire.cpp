#include "provider/wires/openai_wire.hpp"

#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "provider/openai_words.hpp"
#include "provider/wires/vendor_error.hpp"

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

json::object const* first_choice(json::object const& answer) {
  auto const* list = wire::array_at(answer, "choices");
  return list && !list->empty() ? list->front().if_object() : nullptr;
}

void read_tool_calls(json::object const& message, completion& answer) {
  auto const* calls = wire::array_at(message, "tool_calls");
  if (!calls) return;
  std::size_t position = 0;
  for (auto const& each : *calls) {
    auto const* call = each.if_object();
    if (!call) continue;
    auto const* function = wire::object_at(*call, "function");
    if (!function) continue;
    tool_call_part p;
    p.id = without_nul(wire::text_at(*call, "id"));
    if (p.id.empty()) p.id = wire::call_id(position);
    p.name = without_nul(wire::text_at(*function, "name"));
    p.arguments = wire::arguments_of(function->if_contains("arguments"));
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
  content.text += without_nul(wire::text_at(message, "refusal"));
  if (!content.text.empty()) answer.parts.push_back(text_part{std::move(content.text), {}});
  read_tool_calls(message, answer);
}

json::array const* model_list(json::value const& body) {
  if (auto const* list = body.if_array()) return list;
  auto const* object = body.if_object();
  if (!object) return nullptr;
  for (auto const* name : {"data", "models"})
    if (auto const* found = object->if_contains(name); found && found->is_array()) return &found->get_array();
  return nullptr;
}

bool is_integer(json::object const& object, std::string_view name) {
  return wire::integer_at(object, name).has_value();
}

// What every answer and every chunk has.
bool has_own_head(json::object const& answer, std::string_view kind) {
  return wire::text_at(answer, "object") == kind && !wire::text_at(answer, "id").empty() &&
         is_integer(answer, "created") && !wire::text_at(answer, "model").empty() && wire::array_at(answer, "choices");
}

// Nothing, null or one of the reasons that clients know.
bool has_own_reason(json::object const& choice) {
  auto const* reason = choice.if_contains("finish_reason");
  if (!reason || reason->is_null()) return true;
  return openai_words::is_own(wire::text_at(choice, "finish_reason"));
}

// `tool_calls` is not there, null or a list of objects of which each one passes.
template <class F>
bool has_own_calls(json::object const& message, F&& passes) {
  auto const* calls = message.if_contains("tool_calls");
  if (!calls || calls->is_null()) return true;
  auto const one = [&](json::value const& call) { return call.is_object() && passes(call.get_object()); };
  return calls->is_array() && std::ranges::all_of(calls->get_array(), one);
}

bool is_own_delta(json::value const& each) {
  auto const* choice = each.if_object();
  auto const* delta = choice ? wire::object_at(*choice, "delta") : nullptr;
  return delta && is_integer(*choice, "index") && has_own_reason(*choice) &&
         has_own_calls(*delta, [](json::object const& call) { return is_integer(call, "index"); });
}

bool is_own_message(json::value const& each) {
  auto const* choice = each.if_object();
  auto const* message = choice ? wire::object_at(*choice, "message") : nullptr;
  auto const complete = [](json::object const& call) {
    auto const* function = wire::object_at(call, "function");
    auto const* arguments = function ? function->if_contains("arguments") : nullptr;
    return !wire::text_at(call, "id").empty() && !wire::text_at(call, "type").empty() && arguments &&
           arguments->is_string();
  };
  return message && is_integer(*choice, "index") && has_own_reason(*choice) &&
         wire::text_at(*message, "role") == "assistant" && has_own_calls(*message, complete);
}

// An object's members, but for include_usage: what is asked for is ours to say.
json::object stream_options_in(std::string_view text) {
  json::error_code fault;
  auto given = json::parse(text, fault);
  if (fault || !given.is_object()) return {};
  given.get_object().erase("include_usage");
  return std::move(given.get_object());
}

// The client's messages without the reasoning of what the model said. Those that have none stay as they are written.
std::string without_reasoning(std::string_view text) {
  constexpr std::array<std::string_view, 3> members{"reasoning_content", "reasoning", "reasoning_details"};
  json::error_code fault;
  auto messages = json::parse(text, fault);
  if (fault || !messages.is_array()) return std::string(text);
  std::size_t erased = 0;
  for (auto& each : messages.get_array())
    if (auto* message = each.if_object())
      for (auto const name : members) erased += message->erase(name);
  return erased > 0 ? json::serialize(messages) : std::string(text);
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
    else if (name == "messages" && dialect.replay == replayed_reasoning::refused)
      object.raw(name, without_reasoning(value));
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

namespace openai {

bool is_own_chunk(json::object const& chunk) {
  return has_own_head(chunk, "chat.completion.chunk") &&
         std::ranges::all_of(*wire::array_at(chunk, "choices"), is_own_delta);
}

bool is_own_answer(json::object const& answer) {
  return has_own_head(answer, "chat.completion") &&
         std::ranges::all_of(*wire::array_at(answer, "choices"), is_own_message);
}

std::string_view reasoning_at(json::object const& message) {
  for (auto const* name : {"reasoning_content", "reasoning", "thinking"})
    if (auto const text = wire::text_at(message, name); !text.empty()) return text;
  return {};
}

wire::ending ending_of(std::string_view raw, std::size_t calls) {
  auto reason = openai_words::reason_of(raw);
  if (reason == finish_reason::stop && calls > 0) reason = finish_reason::tool_calls;
  return {reason, without_nul(raw)};
}

token_usage usage_of(json::object const& usage) {
  token_usage out;
  for (auto const& member : openai_words::usage_members()) {
    auto const* in = member.group.empty() ? &usage : wire::object_at(usage, member.group);
    if (in) out.*member.count = wire::count_at(*in, member.name);
  }
  // Some vendors count reasoning in the total alone, and bill it as output.
  auto const unsaid = wire::count_at(usage, openai_words::total_tokens) - out.input_tokens - out.output_tokens;
  if (unsaid <= 0 || !usage.contains("completion_tokens")) return out;
  out.output_tokens += unsaid;
  out.reasoning_tokens = std::max(out.reasoning_tokens, unsaid);
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
    out.text += without_nul(wire::text_at(*part, "text"));
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

}  // namespace openai

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

result<completion> decode_openai_answer(std::string_view body, std::string_view secret, vendor_form form) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* object = parsed->if_object();
  auto const* choice = object ? first_choice(*object) : nullptr;
  auto const* message = choice ? wire::object_at(*choice, "message") : nullptr;
  if (!message) return not_an_answer("the provider's answer has no message in it", body, secret);
  completion answer;
  answer.id = without_nul(wire::text_at(*object, "id"));
  answer.model = without_nul(wire::text_at(*object, "model"));
  read_message(*message, answer);
  auto const raw_reason = wire::text_at(*choice, "finish_reason");
  auto const calls = std::count_if(answer.parts.begin(), answer.parts.end(),
                                   [](part const& p) { return std::holds_alternative<tool_call_part>(p); });
  auto ending = raw_reason.empty() ? wire::ending{finish_reason::stop, {}}
                                   : openai::ending_of(raw_reason, static_cast<std::size_t>(calls));
  answer.reason = ending.reason;
  answer.raw_reason = std::move(ending.raw);
  if (auto const* usage = wire::object_at(*object, "usage")) {
    answer.usage = openai::usage_of(*usage);
    answer.raw_usage = json::serialize(*usage);
  }
  if (form == vendor_form::kept && openai::is_own_answer(*object)) answer.verbatim = body;
  return answer;
}

result<std::vector<model_info>> decode_openai_models(std::string_view body, std::string_view secret,
                                                     std::string_view prefix) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* list = model_list(*parsed);
  if (!list) return not_an_answer("the provider's list of models has no models in it", body, secret);
  std::vector<model_info> models;
  for (auto const& each : *list) {
    auto const* object = each.if_object();
    auto id = object ? wire::text_at(*object, "id") : std::string_view();
    if (id.starts_with(prefix)) id.remove_prefix(prefix.size());
    if (id.empty()) continue;
    auto const seconds = wire::integer_at(*object, "created").value_or(0);
    models.push_back({without_nul(id), without_nul(wire::text_at(*object, "owned_by")), seconds});
  }
  return models;
}

std::string encode_openai_embedding_request(embedding_request const& request) {
  std::string out;
  std::vector<std::string_view> written;
  object_writer object(out, &written);
  object.text("model", request.model);
  object.value("input", json::value(json::array(request.texts.begin(), request.texts.end())));
  object.text("encoding_format", "float");
  if (request.dimensions) object.integer("dimensions", *request.dimensions);
  object.rest(request.extra);
  object.end();
  return out;
}

result<embedding_batch> decode_openai_embeddings(std::string_view body, std::size_t texts, std::string_view secret) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* object = parsed->if_object();
  auto const* list = object ? wire::array_at(*object, "data") : nullptr;
  if (!list) return not_an_answer("the provider's answer has no embeddings in it", body, secret);
  embedding_batch batch;
  batch.model = without_nul(wire::text_at(*object, "model"));
  batch.vectors.resize(texts);
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto const* entry = (*list)[i].if_object();
    auto const* numbers = entry ? wire::array_at(*entry, "embedding") : nullptr;
    auto const place = entry ? wire::integer_at(*entry, "index").value_or(static_cast<std::int64_t>(i)) : -1;
    if (numbers && place >= 0 && static_cast<std::size_t>(place) < texts)
      batch.vectors[static_cast<std::size_t>(place)] = wire::vector_of(*numbers);
  }
  if (!wire::complete(batch, texts))
    return not_an_answer("the provider's embeddings are not one per text", body, secret);
  if (auto const* usage = wire::object_at(*object, "usage")) {
    batch.usage = openai::usage_of(*usage);
    batch.raw_usage = json::serialize(*usage);
  }
  return batch;
}

}  // namespace sambung
