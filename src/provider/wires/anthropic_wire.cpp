#include "provider/wires/anthropic_wire.hpp"

#include "core/json_text.hpp"
#include "provider/wires/vendor_error.hpp"

#include <sambung/core/time.hpp>

#include <algorithm>
#include <array>

namespace sambung {

namespace json = boost::json;

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
