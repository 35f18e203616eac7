#include "provider/wires/anthropic_wire.hpp"

#include "core/data_url.hpp"
#include "core/json_writer.hpp"
#include "provider/wires/vendor_error.hpp"

#include <sambung/core/json_codec.hpp>
#include <sambung/core/time.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace sambung {
namespace {

namespace json = boost::json;

constexpr std::int64_t least_thinking_tokens = 1'024;

enum class side { system, user, assistant };

side side_of(role who) {
  if (who == role::system) return side::system;
  return who == role::assistant ? side::assistant : side::user;
}

bool thinks(completion_request const& request) { return request.effort && *request.effort != reasoning_effort::none; }

// https://platform.claude.com/docs/en/build-with-claude/preserved-thinking
bool binds_reasoning(std::string_view model) {
  static constexpr std::array<std::string_view, 7> known{"claude-fable-5-1",  "claude-fable-5-2", "claude-mythos-5-1",
                                                         "claude-mythos-5-2", "claude-opus-5-5",  "claude-sonnet-5-5",
                                                         "claude-haiku-5-5"};
  return std::ranges::any_of(known, [&](std::string_view name) { return model.starts_with(name); });
}

// Beside thinking that is turned off the API cannot be told to leave reasoning out.
bool leaves_reasoning_out(completion_request const& request) {
  return binds_reasoning(request.model) && request.effort && !thinks(request);
}

bool is_signed(part const& p) {
  auto const* reasoning = std::get_if<reasoning_part>(&p);
  return reasoning && reasoning->provider_data &&
         wire::array_at(*reasoning->provider_data, anthropic::thinking_member) != nullptr;
}

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

bool is_character_start(std::string_view text, std::size_t at) {
  return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

// Ids that other vendors gave may have characters that this one refuses.
std::string safe_id(std::string_view id) {
  std::string out(id);
  for (char& c : out) {
    bool const fine =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    if (!fine) c = '_';
  }
  return out;
}

// Writes messages, and notes what of them the API has not.
class anthropic_message_encoder {
 public:
  anthropic_message_encoder(std::string& out, std::vector<issue>& refused, completion_request const& request)
      : messages_(out), refused_(refused), without_reasoning_(leaves_reasoning_out(request)) {}

  void add(std::span<prompt_message const> all) {
    for (std::size_t i = 0; i < all.size(); ++i)
      if (side_of(all[i].who) == side::system)
        refuse_media(all[i], "Anthropic's API takes nothing but text in a system prompt", i);
    for (std::size_t i = 0; i < all.size();) i = add_run(all, i);
  }
  void end() { messages_.end(); }
  wire::prompt left() const { return messages_.empty() ? wire::prompt::empty : wire::prompt::not_empty; }

 private:
  struct placed {
    std::size_t place;
    prompt_message const* message;
  };

  // The neighbouring messages of one side, from `begin`; where the next ones are. System prompts go elsewhere and do
  // not part them.
  std::size_t add_run(std::span<prompt_message const> all, std::size_t begin) {
    std::vector<placed> turn;
    auto who = side::system;
    auto i = begin;
    for (; i < all.size(); ++i) {
      auto const at = side_of(all[i].who);
      if (at == side::system) continue;
      if (!turn.empty() && at != who) break;
      who = at;
      turn.push_back({i, &all[i]});
    }
    add_turn(who, turn);
    return i;
  }

  void add_turn(side who, std::vector<placed> const& turn) {
    std::string content;
    array_writer blocks(content);
    if (who == side::user) {
      for (auto const& [place, message] : turn) add_results(blocks, *message);
      for (auto const& [place, message] : turn) add_said(blocks, *message, place);
    } else {
      for (auto const& [place, message] : turn) add_answer(blocks, *message, place);
    }
    if (blocks.empty()) return;
    blocks.end();
    object_writer object(messages_.next());
    object.text("role", who == side::user ? "user" : "assistant");
    object.raw("content", content);
    object.end();
  }

  static void add_results(array_writer& blocks, prompt_message const& message) {
    for (auto const& p : message.parts) {
      auto const* result = std::get_if<tool_result_part>(&p);
      if (!result) continue;
      object_writer block(blocks.next());
      block.text("type", "tool_result");
      block.text("tool_use_id", safe_id(result->call_id));
      block.text("content", result->text);
      if (result->is_error) block.raw("is_error", "true");
      block.end();
    }
  }

  void add_said(array_writer& blocks, prompt_message const& message, std::size_t place) {
    if (message.who == role::tool)
      return refuse_media(message, "Anthropic's API gets no media in what a tool said", place);
    for (auto const& p : message.parts) {
      if (auto const* text = std::get_if<text_part>(&p)) add_text(blocks, text->text);
      else if (auto const* image = std::get_if<image_part>(&p)) add_image(blocks, *image, place);
      else if (auto const* file = std::get_if<file_part>(&p)) add_file(blocks, *file, place);
    }
  }

  void add_answer(array_writer& blocks, prompt_message const& message, std::size_t place) {
    refuse_media(message, "Anthropic's API takes no media in what the model said", place);
    for (auto const& p : message.parts) {
      if (auto const* text = std::get_if<text_part>(&p)) add_text(blocks, text->text);
      else if (is_signed(p) && !without_reasoning_) add_reasoning(blocks, std::get<reasoning_part>(p));
      else if (auto const* call = std::get_if<tool_call_part>(&p)) add_call(blocks, *call);
    }
  }

  static void add_text(array_writer& blocks, std::string_view text) {
    if (blank(text)) return;
    object_writer block(blocks.next());
    block.text("type", "text");
    block.text("text", text);
    block.end();
  }

  // As it was signed; text without a signature of this API would be refused.
  static void add_reasoning(array_writer& blocks, reasoning_part const& reasoning) {
    auto const* entries = wire::array_at(*reasoning.provider_data, anthropic::thinking_member);
    std::string_view rest = reasoning.text;
    for (auto const& each : *entries) {
      auto const* entry = each.if_object();
      if (!entry) return;
      auto const redacted = wire::text_at(*entry, "redacted");
      auto const bytes = static_cast<std::size_t>(wire::count_at(*entry, "bytes"));
      if (bytes > rest.size() || !is_character_start(rest, bytes)) return;
      if (!redacted.empty()) add_redacted(blocks, redacted);
      else add_signed(blocks, rest.substr(0, bytes), wire::text_at(*entry, "signature"));
      rest.remove_prefix(bytes);
    }
  }

  static void add_redacted(array_writer& blocks, std::string_view data) {
    object_writer block(blocks.next());
    block.text("type", "redacted_thinking");
    block.text("data", data);
    block.end();
  }

  static void add_signed(array_writer& blocks, std::string_view text, std::string_view signature) {
    if (signature.empty()) return;
    object_writer block(blocks.next());
    block.text("type", "thinking");
    block.text("thinking", text);
    block.text("signature", signature);
    block.end();
  }

  static void add_call(array_writer& blocks, tool_call_part const& call) {
    object_writer block(blocks.next());
    block.text("type", "tool_use");
    block.text("id", safe_id(call.id));
    block.text("name", call.name);
    block.value("input", json::value(wire::arguments_object(call.arguments)));
    block.end();
  }

  void add_image(array_writer& blocks, image_part const& image, std::size_t place) {
    auto url = parse_data_url(image.url);
    if (url && !url->media_type.starts_with("image/")) return refuse("Anthropic's API takes no such image", place);
    object_writer block(blocks.next());
    block.text("type", "image");
    if (url) add_base64(block.key("source"), std::move(*url));
    else add_url(block.key("source"), image.url);
    block.end();
  }

  void add_file(array_writer& blocks, file_part const& file, std::size_t place) {
    if (file.url.empty()) return refuse("a file that another vendor holds cannot be sent", place);
    auto url = parse_data_url(file.url);
    bool const pdf = url && url->media_type == "application/pdf";
    bool const text = url && url->media_type.starts_with("text/");
    if (url && !pdf && !text) return refuse("Anthropic's API takes no files but PDF and text", place);
    auto const content = text ? bytes_of(*url) : std::nullopt;
    field const unlimited;
    if (text && (!content || text_fault(*content, unlimited))) return refuse("a text file is not UTF-8", place);
    object_writer block(blocks.next());
    block.text("type", "document");
    auto& source = block.key("source");
    if (text) add_plain(source, *content);
    else if (pdf) add_base64(source, std::move(*url));
    else add_url(source, file.url);
    if (!file.name.empty()) block.text("title", file.name);
    block.end();
  }

  static void add_base64(std::string& out, data_url url) {
    object_writer source(out);
    source.text("type", "base64");
    source.text("media_type", url.media_type);
    source.text("data", base64_of(std::move(url)));
    source.end();
  }

  static void add_plain(std::string& out, std::string_view text) {
    object_writer source(out);
    source.text("type", "text");
    source.text("media_type", "text/plain");
    source.text("data", text);
    source.end();
  }

  static void add_url(std::string& out, std::string_view url) {
    object_writer source(out);
    source.text("type", "url");
    source.text("url", url);
    source.end();
  }

  void refuse_media(prompt_message const& message, char const* why, std::size_t place) {
    bool const media = std::any_of(message.parts.begin(), message.parts.end(), [](part const& p) {
      return std::holds_alternative<image_part>(p) || std::holds_alternative<file_part>(p);
    });
    if (media) refuse(why, place);
  }
  void refuse(char const* why, std::size_t place) {
    refused_.push_back({"messages[" + std::to_string(place) + "]", why});
  }

  array_writer messages_;
  std::vector<issue>& refused_;
  bool without_reasoning_;
};

std::string system_of(completion_request const& request) {
  std::string all;
  for (auto const& message : request.messages) {
    auto const text = message.who == role::system ? text_of(message.parts) : std::string();
    if (blank(text)) continue;
    if (!all.empty()) all += "\n\n";
    all += text;
  }
  return all;
}

std::int64_t wanted_budget(reasoning_effort effort) {
  switch (effort) {
    case reasoning_effort::low:
      return 4'096;
    case reasoning_effort::medium:
      return 8'192;
    case reasoning_effort::high:
      return 16'384;
    default:
      return least_thinking_tokens;
  }
}

// Within half of the answer's limit where there is one, so that something is left to be said.
std::int64_t budget_of(completion_request const& request) {
  auto const wanted = wanted_budget(*request.effort);
  if (!request.max_tokens) return wanted;
  return std::min(wanted, std::max(least_thinking_tokens, *request.max_tokens / 2));
}

bool by_budget(completion_request const& request, anthropic_model const& model) {
  return thinks(request) && model.thinking == thinking_form::budget;
}

void add_limits(object_writer& object, completion_request const& request, anthropic_model const& model) {
  auto const thinking = by_budget(request, model) ? budget_of(request) : 0;
  object.integer("max_tokens", request.max_tokens.value_or(model.default_max_tokens + thinking));
  bool const bound = replays_bound_reasoning(request);
  if (!request.effort && !bound) return;
  object_writer form(object.key("thinking"));
  if (request.effort && !thinks(request)) {
    form.text("type", model.thinking == thinking_form::between_tools ? "between_tools" : "disabled");
  } else if (bound || model.thinking != thinking_form::budget) {
    form.text("type", "adaptive");
  } else {
    form.text("type", "enabled");
    form.integer("budget_tokens", thinking);
  }
  if (bound) form.raw("block_binding", R"({"prefix_mismatch_behavior":"drop_block"})");
  form.end();
}

void add_tool(std::string& out, json::value const& tool) {
  auto const* object = tool.if_object();
  auto const* function = object ? wire::object_at(*object, "function") : nullptr;
  if (!function) {
    out += json::serialize(tool);  // one of the API's own
    return;
  }
  object_writer made(out);
  made.text("name", wire::text_at(*function, "name"));
  if (auto const description = wire::text_at(*function, "description"); !description.empty())
    made.text("description", description);
  if (auto const* parameters = wire::object_at(*function, "parameters"); parameters && !parameters->empty())
    made.value("input_schema", json::value(*parameters));
  else made.raw("input_schema", R"({"type":"object","properties":{}})");
  if (auto const* strict = function->if_contains("strict"); strict && strict->is_bool()) made.value("strict", *strict);
  made.end();
}

void add_choice(object_writer& object, completion_request const& request) {
  bool const one_call = request.parallel_tool_calls && !*request.parallel_tool_calls;
  auto const choice = request.choice.value_or(tool_choice());
  bool const demanded = choice.how == tool_choice::kind::required || choice.how == tool_choice::kind::named;
  bool const says_something = (request.choice || one_call) && !request.tools.empty();
  if (!says_something && !demanded) return;
  object_writer form(object.key("tool_choice"));
  switch (choice.how) {
    case tool_choice::kind::automatic:
      form.text("type", "auto");
      break;
    case tool_choice::kind::none:
      form.text("type", "none");
      break;
    case tool_choice::kind::required:
      form.text("type", "any");
      break;
    case tool_choice::kind::named:
      form.text("type", "tool");
      form.text("name", choice.name);
      break;
  }
  if (one_call && choice.how != tool_choice::kind::none) form.raw("disable_parallel_tool_use", "true");
  form.end();
}

void add_tools(object_writer& object, completion_request const& request) {
  if (!request.tools.empty()) {
    array_writer tools(object.key("tools"));
    for (auto const& tool : request.tools) add_tool(tools.next(), tool);
    tools.end();
  }
  add_choice(object, request);
}

// The form of the answer, and the effort of models that think by themselves.
void add_output_config(object_writer& object, completion_request const& request, anthropic_model const& model) {
  bool const by_effort = thinks(request) && model.thinking != thinking_form::budget;
  bool const by_schema = request.format && request.format->how == output_format::kind::json_schema;
  if (!by_schema && !by_effort) return;
  auto config = wire::given_object(request.extra, "output_config");
  if (by_effort) {
    bool const least = *request.effort == reasoning_effort::minimal;  // the API has none below "low"
    config["effort"] = least ? "low" : boost::describe::enum_to_string(*request.effort, "low");
  }
  if (by_schema) {
    json::object form;
    form["type"] = "json_schema";
    form["schema"] = request.format->schema;
    config["format"] = std::move(form);
  }
  object.value("output_config", json::value(std::move(config)));
}

std::vector<issue> unknown_members(completion_request const& request, anthropic_model const& model) {
  auto out = wire::members_only_of_openai(request.extra, "Anthropic's API");
  auto const refuse = [&](bool given, char const* name) {
    if (given) out.push_back({name, std::string("Anthropic's API has no ") + name});
  };
  refuse(request.seed.has_value(), "seed");
  refuse(request.presence_penalty.has_value(), "presence_penalty");
  refuse(request.frequency_penalty.has_value(), "frequency_penalty");
  if (request.format && request.format->how == output_format::kind::json_object)
    out.push_back({"format", "Anthropic's API makes JSON only by a schema"});
  if (request.effort && !thinks(request) && model.thinking == thinking_form::always)
    out.push_back({"effort", "this model always thinks"});
  return out;
}

}  // namespace

namespace anthropic {

wire::ending ending_of(std::string_view raw) {
  auto reason = finish_reason::other;
  if (raw == "end_turn" || raw == "stop_sequence") reason = finish_reason::stop;
  else if (raw == "max_tokens" || raw == "model_context_window_exceeded") reason = finish_reason::length;
  else if (raw == "tool_use") reason = finish_reason::tool_calls;
  else if (raw == "refusal") reason = finish_reason::content_filter;
  return {reason, without_nul(raw)};
}

token_usage usage_of(json::object const& usage) {
  token_usage out;
  out.cached_input_tokens = wire::count_at(usage, "cache_read_input_tokens");
  out.cache_write_tokens = wire::count_at(usage, "cache_creation_input_tokens");
  out.input_tokens = wire::count_at(usage, "input_tokens") + out.cache_write_tokens + out.cached_input_tokens;
  out.output_tokens = wire::count_at(usage, "output_tokens");
  if (auto const* details = wire::object_at(usage, "output_tokens_details"))
    out.reasoning_tokens = wire::count_at(*details, "thinking_tokens");
  return out;
}

}  // namespace anthropic

result<encoded_request> encode_anthropic_request(completion_request const& request, answer_mode mode,
                                                 anthropic_model const& model) {
  encoded_request made{{}, unknown_members(request, model)};
  auto written = wire::names_only_of_openai();
  object_writer object(made.body, &written);
  object.text("model", request.model);
  add_limits(object, request, model);
  if (auto const system = system_of(request); !system.empty()) object.text("system", system);
  anthropic_message_encoder messages(object.key("messages"), made.left_out, request);
  messages.add(request.messages);
  messages.end();
  if (request.temperature) object.number("temperature", *request.temperature);
  if (request.top_p) object.number("top_p", *request.top_p);
  if (!request.stop.empty())
    object.value("stop_sequences", json::value(json::array(request.stop.begin(), request.stop.end())));
  add_tools(object, request);
  add_output_config(object, request, model);
  object.raw("stream", mode == answer_mode::streamed ? "true" : "false");
  object.rest(request.extra);
  object.end();
  auto settled = wire::settled(std::move(made), request.on_unsupported, messages.left());
  if (settled && by_budget(request, model) && request.max_tokens && *request.max_tokens <= least_thinking_tokens)
    return failure(errc::invalid_argument, "a model that thinks needs max_tokens over 1024");
  return settled;
}

bool replays_bound_reasoning(completion_request const& request) {
  if (!binds_reasoning(request.model) || leaves_reasoning_out(request)) return false;
  if (!request.effort && request.extra.contains("thinking")) return false;
  return std::ranges::any_of(request.messages, [](prompt_message const& message) {
    return message.who == role::assistant && std::ranges::any_of(message.parts, is_signed);
  });
}

anthropic_model anthropic_model_named(std::string_view name, anthropic_models const& own) {
  struct known_model {
    std::string_view prefix;
    std::int64_t default_max_tokens;
    thinking_form thinking;
  };
  using enum thinking_form;
  // Those that are not as the newest, with limits that the maximum of older ones allows on top of the largest budget.
  static constexpr std::array<known_model, 17> known{{{"claude-2", 4'096, budget},
                                                      {"claude-3", 4'096, budget},
                                                      {"claude-3-5", 8'192, budget},
                                                      {"claude-3-7", 8'192, budget},
                                                      {"claude-sonnet-4-0", 8'192, budget},
                                                      {"claude-sonnet-4-2", 8'192, budget},  // of 2025
                                                      {"claude-sonnet-4-5", 8'192, budget},
                                                      {"claude-opus-4-0", 8'192, budget},
                                                      {"claude-opus-4-1", 8'192, budget},
                                                      {"claude-opus-4-2", 8'192, budget},  // of 2025
                                                      {"claude-opus-4-5", 8'192, budget},
                                                      {"claude-haiku-4-5", 8'192, budget},
                                                      {"claude-sonnet-5-5", 16'384, between_tools},
                                                      {"claude-opus-5-5", 16'384, always},
                                                      {"claude-fable-5", 16'384, always},
                                                      {"claude-mythos-5", 16'384, always},
                                                      {"claude-mythos-preview", 16'384, always}}};
  anthropic_model found(16'384, adaptive);
  std::size_t length = 0;
  auto const consider = [&](std::string_view prefix, anthropic_model const& model) {
    if (!name.starts_with(prefix) || prefix.size() < length) return;
    length = prefix.size();
    found = model;
  };
  for (auto const& each : known) consider(each.prefix, anthropic_model(each.default_max_tokens, each.thinking));
  length = 0;
  for (auto const& [prefix, model] : own) consider(prefix, model);
  return found;
}

result<completion> decode_anthropic_answer(std::string_view body, std::string_view secret) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* message = parsed->if_object();
  if (!message || !wire::array_at(*message, "content"))
    return not_an_answer("the provider's answer has no message in it", body, secret);
  anthropic_stream_decoder decoder(secret_string(std::string(secret)), 0);
  decoder.digest(*message);
  auto answer = collected(decoder);
  if (answer) answer->id = without_nul(wire::text_at(*message, "id"));
  return answer;
}

result<anthropic_models_page> decode_anthropic_models(std::string_view body, std::string_view secret) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* object = parsed->if_object();
  auto const* list = object ? wire::array_at(*object, "data") : nullptr;
  if (!list) return not_an_answer("the provider's list of models has no models in it", body, secret);
  anthropic_models_page page;
  for (auto const& each : *list) {
    auto const* entry = each.if_object();
    auto const id = entry ? wire::text_at(*entry, "id") : std::string_view();
    if (id.empty()) continue;
    auto const created = parse_iso8601(wire::text_at(*entry, "created_at"));
    auto const seconds = created ? std::chrono::floor<std::chrono::seconds>(*created).time_since_epoch().count() : 0;
    page.models.push_back({without_nul(id), "anthropic", seconds});
  }
  auto const* more = object->if_contains("has_more");
  auto const last = wire::text_at(*object, "last_id");
  if (more && more->is_bool() && more->get_bool() && !last.empty()) page.next = without_nul(last);
  return page;
}

}  // namespace sambung
