#include "provider/wires/wire.hpp"

#include "core/json_text.hpp"
#include "provider/wires/vendor_error.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

namespace sambung {

namespace json = boost::json;

namespace {

// Beyond any answer, and sums of it fit into an integer.
constexpr std::int64_t most_tokens = 1'000'000'000'000;

// What is between a client and OpenAI's books and caches: the answer is the same without it.
constexpr std::array<std::string_view, 9> beside_the_answer{
    "user",           "store",      "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "service_tier",
    "stream_options", "prediction", "metadata"};

// With the value by which each asks for nothing.
struct openai_member {
  std::string_view name;
  std::string_view idle;
};
constexpr std::array<openai_member, 12> only_of_openai{{{"logprobs", "false"},
                                                        {"top_logprobs", "0"},
                                                        {"logit_bias", "{}"},
                                                        {"n", "1"},
                                                        {"response_format", R"({"type":"text"})"},
                                                        {"modalities", R"(["text"])"},
                                                        {"audio", "null"},
                                                        {"verbosity", R"("medium")"},
                                                        {"web_search_options", "null"},
                                                        {"functions", "[]"},
                                                        {"function_call", R"("none")"},
                                                        {"reasoning_effort", "null"}}};

}  // namespace

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

namespace wire {

std::string_view text_at(json::object const& object, std::string_view name) {
  auto const* found = object.if_contains(name);
  auto const* text = found ? found->if_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

json::object const* object_at(json::object const& object, std::string_view name) {
  auto const* found = object.if_contains(name);
  return found ? found->if_object() : nullptr;
}

json::array const* array_at(json::object const& object, std::string_view name) {
  auto const* found = object.if_contains(name);
  return found ? found->if_array() : nullptr;
}

std::optional<std::int64_t> integer_at(json::object const& object, std::string_view name) {
  auto const* found = object.if_contains(name);
  if (!found || !found->is_int64()) return std::nullopt;
  return found->get_int64();
}

std::int64_t count_at(json::object const& object, std::string_view name) {
  auto const* found = object.if_contains(name);
  if (!found || !found->is_number()) return 0;
  json::error_code inexact;
  auto const value = found->to_number<std::int64_t>(inexact);
  return inexact ? 0 : std::clamp<std::int64_t>(value, 0, most_tokens);
}

std::string arguments_of(json::value const* arguments) {
  if (!arguments || arguments->is_null()) return {};
  if (auto const* text = arguments->if_string()) return without_nul(*text);
  return json::serialize(*arguments);
}

json::object arguments_object(std::string_view arguments) {
  if (arguments.empty()) return {};
  json::error_code fault;
  auto parsed = json::parse(arguments, fault);
  if (!fault && parsed.is_object()) return std::move(parsed.get_object());
  json::object mistake;
  mistake.emplace("invalid_json", arguments);
  return mistake;
}

std::string call_id(std::size_t position) { return "call_" + std::to_string(position); }

std::vector<float> vector_of(json::array const& numbers) {
  std::vector<float> out;
  out.reserve(numbers.size());
  for (auto const& each : numbers) {
    json::error_code fault;
    auto const number = each.is_number() ? static_cast<float>(each.to_number<double>(fault)) : NAN;
    if (fault || !std::isfinite(number)) return {};
    out.push_back(number);
  }
  return out;
}

bool complete(embedding_batch const& batch, std::size_t texts) {
  auto const& vectors = batch.vectors;
  return vectors.size() == texts && std::all_of(vectors.begin(), vectors.end(), [&](std::vector<float> const& one) {
           return !one.empty() && one.size() == vectors.front().size();
         });
}

result<json::value> parse_answer(std::string_view body, std::string_view secret) {
  json::error_code fault;
  auto parsed = json::parse(body, fault);
  if (fault) return not_an_answer("the provider's answer is not JSON", body, secret);
  if (auto const* error = error_in(parsed)) return vendor_failure(*error, body, secret);
  return parsed;
}

result<encoded_request> settled(encoded_request made, unsupported_policy policy, prompt left) {
  bool const may_go = policy == unsupported_policy::drop && left == prompt::not_empty;
  if (!made.left_out.empty() && !may_go) {
    auto message = made.left_out.front().message;
    return failure(errc::unsupported, std::move(message), std::move(made.left_out));
  }
  auto weakened = std::exchange(made.weakened, {});
  made.left_out.insert(made.left_out.begin(), weakened.begin(), weakened.end());
  return made;
}

std::vector<std::string_view> names_only_of_openai() {
  std::vector<std::string_view> names(beside_the_answer.begin(), beside_the_answer.end());
  for (auto const& each : only_of_openai) names.push_back(each.name);
  return names;
}

std::vector<issue> members_only_of_openai(json::object const& extra, std::string_view api) {
  std::vector<issue> found;
  for (auto const& [name, idle] : only_of_openai) {
    auto const* given = extra.if_contains(name);
    if (!given || given->is_null() || json::serialize(*given) == idle) continue;
    found.push_back({std::string(name), std::string(api) + " has no " + std::string(name)});
  }
  return found;
}

json::object given_object(json::object const& extra, std::string_view name) {
  auto const* given = object_at(extra, name);
  return given ? *given : json::object();
}

}  // namespace wire
}  // namespace sambung
