#include "core/json_writer.hpp"
#include "provider/wires/anthropic_messages.hpp"
#include "provider/wires/anthropic_wire.hpp"

#include <algorithm>
#include <array>

namespace sambung {
namespace {

namespace json = boost::json;
using anthropic::blank;
using anthropic::thinks;

constexpr std::int64_t least_thinking_tokens = 1'024;

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

// Members that OpenAI has as well and reads in another way: what this API takes of them.
void add_shared(object_writer& object, json::object const& extra) {
  if (auto const* data = wire::object_at(extra, "metadata"); data && !wire::text_at(*data, "user_id").empty()) {
    object_writer metadata(object.key("metadata"));
    metadata.text("user_id", wire::text_at(*data, "user_id"));
    metadata.end();
  }
  if (auto const tier = wire::text_at(extra, "service_tier"); tier == "auto" || tier == "standard_only")
    object.text("service_tier", tier);
}

std::vector<issue> unknown_members(completion_request const& request, anthropic_model const& model) {
  auto out = wire::members_only_of_openai(request.extra, "Anthropic's API");
  auto const refuse = [&](bool asked, char const* name) {
    if (asked) out.push_back({name, std::string("Anthropic's API has no ") + name});
  };
  refuse(request.seed.has_value(), "seed");
  refuse(request.presence_penalty.value_or(0) != 0, "presence_penalty");
  refuse(request.frequency_penalty.value_or(0) != 0, "frequency_penalty");
  if (request.format && request.format->how == output_format::kind::json_object)
    out.push_back({"format", "Anthropic's API makes JSON only by a schema"});
  if (request.effort && !thinks(request) && model.thinking == thinking_form::always)
    out.push_back({"effort", "this model always thinks"});
  return out;
}

}  // namespace

result<encoded_request> encode_anthropic_request(completion_request const& request, answer_mode mode,
                                                 anthropic_model const& model) {
  encoded_request made{{}, unknown_members(request, model), {}};
  auto written = wire::names_only_of_openai();
  object_writer object(made.body, &written);
  object.text("model", request.model);
  add_limits(object, request, model);
  if (auto const system = system_of(request); !system.empty()) object.text("system", system);
  auto const left = anthropic::add_messages(object.key("messages"), request, made.left_out);
  if (request.temperature) object.number("temperature", *request.temperature);
  if (request.top_p) object.number("top_p", *request.top_p);
  if (!request.stop.empty())
    object.value("stop_sequences", json::value(json::array(request.stop.begin(), request.stop.end())));
  add_tools(object, request);
  add_output_config(object, request, model);
  object.raw("stream", mode == answer_mode::streamed ? "true" : "false");
  add_shared(object, request.extra);
  object.rest(request.extra);
  object.end();
  auto settled = wire::settled(std::move(made), request.on_unsupported, left);
  if (settled && by_budget(request, model) && request.max_tokens && *request.max_tokens <= least_thinking_tokens)
    return failure(errc::invalid_argument, "a model that thinks needs max_tokens over 1024");
  return settled;
}

bool replays_bound_reasoning(completion_request const& request) {
  if (!anthropic::binds_reasoning(request.model) || anthropic::leaves_reasoning_out(request)) return false;
  if (!request.effort && request.extra.contains("thinking")) return false;
  return std::ranges::any_of(request.messages, [](prompt_message const& message) {
    return message.who == role::assistant && std::ranges::any_of(message.parts, anthropic::is_signed);
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

}  // namespace sambung
