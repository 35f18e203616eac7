#include "provider/wires/openai_shape.hpp"

#include "provider/openai_words.hpp"
#include "provider/wires/wire.hpp"

#include <algorithm>

namespace sambung::openai_shape {
namespace {

namespace json = boost::json;

bool has_text(json::object const& object, std::string_view name) {
  auto const* found = object.if_contains(name);
  return found && found->is_string();
}

bool has_number(json::object const& object, std::string_view name) {
  auto const* found = object.if_contains(name);
  return found && found->is_number();
}

template <class F>
bool is_list_of(json::value const& value, F&& passes) {
  auto const one = [&](json::value const& each) { return each.is_object() && passes(each.get_object()); };
  return value.is_array() && std::ranges::all_of(value.get_array(), one);
}

// Absent, null, or as it should be.
template <class F>
bool is_none_or(json::object const& object, std::string_view name, F&& passes) {
  auto const* found = object.if_contains(name);
  return !found || found->is_null() || passes(*found);
}

bool is_citation(json::object const& annotation) {
  auto const* citation = wire::object_at(annotation, "url_citation");
  return wire::text_at(annotation, "type") == "url_citation" && citation && has_text(*citation, "url") &&
         has_text(*citation, "title") && has_number(*citation, "start_index") && has_number(*citation, "end_index");
}

bool is_likelihood(json::object const& of) { return has_text(of, "token") && has_number(of, "logprob"); }

bool is_token(json::object const& token) {
  auto const* others = token.if_contains("top_logprobs");
  return is_likelihood(token) && others && is_list_of(*others, is_likelihood);
}

bool is_tokens(json::value const& value) { return is_list_of(value, is_token); }

bool is_count(json::object const& object, std::string_view name) { return wire::integer_at(object, name).has_value(); }

}  // namespace

bool is_annotations(json::value const& value) { return value.is_null() || is_list_of(value, is_citation); }

bool is_logprobs(json::value const& value) {
  if (value.is_null()) return true;
  auto const* object = value.if_object();
  return object && is_none_or(*object, "content", is_tokens) && is_none_or(*object, "refusal", is_tokens);
}

bool is_usage(json::value const& value) {
  auto const* usage = value.if_object();
  if (!usage || !is_count(*usage, "prompt_tokens") || !is_count(*usage, "completion_tokens") ||
      !is_count(*usage, openai_words::total_tokens))
    return false;
  return std::ranges::all_of(openai_words::usage_members(), [&](openai_words::usage_member const& each) {
    if (each.group.empty()) return true;
    return is_none_or(*usage, each.group, [&](json::value const& group) {
      auto const* counts = group.if_object();
      return counts && is_none_or(*counts, each.name, [](json::value const& count) { return count.is_int64(); });
    });
  });
}

}  // namespace sambung::openai_shape
