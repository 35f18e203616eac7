#include "provider/decorators/request_key.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace sambung {
namespace {

namespace json = boost::json;

template <class T>
json::value value_of(std::optional<T> const& in) {
  return in ? json::value(*in) : json::value(nullptr);
}

json::value value_of(prompt_message const& message) {
  auto const& [who, parts] = message;
  json::object out;
  out.emplace("role", boost::describe::enum_to_string(who, "unknown"));
  out.emplace("parts", to_json(parts));
  return out;
}

json::value value_of(std::optional<tool_choice> const& choice) {
  if (!choice) return nullptr;
  auto const& [how, name] = *choice;
  json::object out;
  out.emplace("how", static_cast<int>(how));
  out.emplace("name", name);
  return out;
}

json::value value_of(std::optional<output_format> const& format) {
  if (!format) return nullptr;
  auto const& [how, name, schema] = *format;
  json::object out;
  out.emplace("how", static_cast<int>(how));
  out.emplace("name", name);
  out.emplace("schema", schema);
  return out;
}

json::value value_of(std::optional<reasoning_effort> const& effort) {
  if (!effort) return nullptr;
  return json::value(static_cast<int>(*effort));
}

}  // namespace

json::value sorted(json::value const& in) {
  if (auto const* array = in.if_array()) {
    json::array out;
    out.reserve(array->size());
    for (auto const& each : *array) out.push_back(sorted(each));
    return out;
  }
  auto const* object = in.if_object();
  if (!object) return in;
  std::vector<json::key_value_pair const*> members;
  members.reserve(object->size());
  for (auto const& member : *object) members.push_back(&member);
  std::sort(members.begin(), members.end(), [](auto const* a, auto const* b) { return a->key() < b->key(); });
  json::object out;
  for (auto const* member : members) out.emplace(member->key(), sorted(member->value()));
  return out;
}

std::string canonical_json(completion_request const& request) {
  // By binding, so that a member that is added later cannot be forgotten.
  auto const& [model, messages, temperature, top_p, max_tokens, seed, stop, presence_penalty, frequency_penalty, tools,
               choice, parallel_tool_calls, format, effort, extra, verbatim, credential, trace, on_unsupported,
               capabilities, cache_scope, budget_key, candidate_failed, repeated] = request;
  static_cast<void>(credential);  // who pays makes no difference to the answer, and keys are not encoded
  static_cast<void>(trace);
  static_cast<void>(budget_key);
  static_cast<void>(candidate_failed);
  static_cast<void>(repeated);
  static_cast<void>(capabilities);
  json::object out;
  out.emplace("model", model);
  auto& prompt = out["messages"].emplace_array();
  for (auto const& message : messages) prompt.push_back(value_of(message));
  out.emplace("temperature", value_of(temperature));
  out.emplace("top_p", value_of(top_p));
  out.emplace("max_tokens", value_of(max_tokens));
  out.emplace("seed", value_of(seed));
  auto& stops = out["stop"].emplace_array();
  for (auto const& each : stop) stops.emplace_back(each);
  out.emplace("presence_penalty", value_of(presence_penalty));
  out.emplace("frequency_penalty", value_of(frequency_penalty));
  out.emplace("tools", tools);
  out.emplace("choice", value_of(choice));
  out.emplace("parallel_tool_calls", value_of(parallel_tool_calls));
  out.emplace("format", value_of(format));
  out.emplace("effort", value_of(effort));
  out.emplace("extra", extra);
  out.emplace("verbatim", verbatim ? json::value(*verbatim) : json::value(nullptr));
  out.emplace("on_unsupported", boost::describe::enum_to_string(on_unsupported, ""));  // a wire may leave more out
  out.emplace("cache_scope", cache_scope);
  return json::serialize(sorted(out));
}

}  // namespace sambung
