#include "provider/wires/ollama_wire.hpp"

#include "core/data_url.hpp"
#include "core/json_writer.hpp"
#include "provider/wires/vendor_error.hpp"

#include <sambung/core/time.hpp>

#include <algorithm>
#include <map>

namespace sambung {
namespace {

namespace json = boost::json;

// Writes messages, and notes what of them the API has not.
class ollama_message_encoder {
 public:
  ollama_message_encoder(std::string& out, std::vector<issue>& refused) : messages_(out), refused_(refused) {}

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
    if (images.empty() && only_media(message)) return;
    object_writer object(messages_.next());
    object.text("role", boost::describe::enum_to_string(message.who, "user"));
    object.text("content", text_of(message.parts));
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

std::vector<issue> unknown_members(completion_request const& request) {
  auto out = wire::members_only_of_openai(request.extra, "Ollama");
  auto const how = request.choice ? request.choice->how : tool_choice::kind::automatic;
  if (how == tool_choice::kind::required || how == tool_choice::kind::named)
    out.push_back({"choice", "Ollama cannot make a model call a tool"});
  if (request.extra.contains("tool_choice")) out.push_back({"tool_choice", "Ollama has no tool_choice"});
  if (request.parallel_tool_calls && !*request.parallel_tool_calls && !request.tools.empty())
    out.push_back({"parallel_tool_calls", "Ollama cannot keep a model from calling tools in parallel"});
  return out;
}

bool may_call(completion_request const& request) {
  return !request.tools.empty() && !(request.choice && request.choice->how == tool_choice::kind::none);
}

// "user/model:tag" belongs to that user, everything else to the library.
std::string owner_of(std::string_view name) {
  auto const slash = name.rfind('/');
  return slash == name.npos ? "library" : std::string(name.substr(0, slash));
}

std::int64_t context_of(json::object const& model) {
  auto const* details = wire::object_at(model, "model_info");
  if (!details) return 0;
  auto const family = std::string(wire::text_at(*details, "general.architecture"));
  return wire::count_at(*details, family + ".context_length");
}

}  // namespace

result<encoded_request> encode_ollama_request(completion_request const& request, answer_mode mode) {
  encoded_request made{{}, unknown_members(request)};
  auto written = wire::names_only_of_openai();
  written.insert(written.end(), {"tools", "tool_choice"});
  object_writer object(made.body, &written);
  object.text("model", request.model);
  ollama_message_encoder messages(object.key("messages"), made.left_out);
  for (auto const& message : request.messages) messages.add(message);
  messages.end();
  if (may_call(request)) object.value("tools", json::value(request.tools));
  if (request.format) add_format(object, *request.format);
  if (request.effort) add_effort(object, *request.effort);
  if (auto options = options_of(request); !options.empty()) object.value("options", json::value(std::move(options)));
  object.raw("stream", mode == answer_mode::streamed ? "true" : "false");
  object.rest(request.extra);
  object.end();
  return wire::settled(std::move(made), request.on_unsupported, messages.left());
}

result<completion> decode_ollama_answer(std::string_view body, std::string_view secret) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* line = parsed->if_object();
  if (!line || !wire::object_at(*line, "message"))
    return not_an_answer("the provider's answer has no message in it", body, secret);
  ollama_stream_decoder decoder(secret_string(std::string(secret)), 0);
  decoder.digest(*line);
  decoder.end(not_an_answer("the provider's answer is not done", body, secret));
  return collected(decoder);
}

result<std::vector<model_info>> decode_ollama_models(std::string_view body, std::string_view secret) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* object = parsed->if_object();
  auto const* list = object ? wire::array_at(*object, "models") : nullptr;
  if (!list) return not_an_answer("the provider's list of models has no models in it", body, secret);
  std::vector<model_info> models;
  for (auto const& each : *list) {
    auto const* entry = each.if_object();
    if (!entry) continue;
    auto name = without_nul(wire::text_at(*entry, "model"));
    if (name.empty()) name = without_nul(wire::text_at(*entry, "name"));
    if (name.empty()) continue;
    auto const modified = parse_iso8601(wire::text_at(*entry, "modified_at"));
    auto const seconds = modified ? std::chrono::floor<std::chrono::seconds>(*modified).time_since_epoch().count() : 0;
    auto owner = owner_of(name);
    models.push_back({std::move(name), std::move(owner), seconds});
  }
  return models;
}

std::string encode_ollama_show_request(std::string_view model) {
  std::string out;
  object_writer object(out);
  object.text("model", model);
  object.end();
  return out;
}

result<ollama_model> decode_ollama_model(std::string_view body, std::string_view secret) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* object = parsed->if_object();
  if (!object) return not_an_answer("the provider's answer describes no model", body, secret);
  ollama_model model;
  model.context_tokens = context_of(*object);
  if (auto const* list = wire::array_at(*object, "capabilities"))
    for (auto const& each : *list)
      if (auto const* name = each.if_string()) model.capabilities.push_back(without_nul(*name));
  return model;
}

std::string encode_ollama_embedding_request(embedding_request const& request) {
  std::string out;
  std::vector<std::string_view> written;
  object_writer object(out, &written);
  object.text("model", request.model);
  object.value("input", json::value(json::array(request.texts.begin(), request.texts.end())));
  if (request.dimensions) object.integer("dimensions", *request.dimensions);
  object.rest(request.extra);
  object.end();
  return out;
}

result<embedding_batch> decode_ollama_embeddings(std::string_view body, std::size_t texts, std::string_view secret) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* object = parsed->if_object();
  auto const* list = object ? wire::array_at(*object, "embeddings") : nullptr;
  if (!list) return not_an_answer("the provider's answer has no embeddings in it", body, secret);
  embedding_batch batch;
  batch.model = without_nul(wire::text_at(*object, "model"));
  for (auto const& each : *list)
    if (auto const* numbers = each.if_array()) batch.vectors.push_back(wire::vector_of(*numbers));
  if (!wire::complete(batch, texts))
    return not_an_answer("the provider's embeddings are not one per text", body, secret);
  if (auto const* count = object->if_contains("prompt_eval_count")) {
    batch.usage.emplace().input_tokens = wire::count_at(*object, "prompt_eval_count");
    json::object raw;
    raw["prompt_eval_count"] = *count;
    batch.raw_usage = json::serialize(raw);
  }
  return batch;
}

}  // namespace sambung
