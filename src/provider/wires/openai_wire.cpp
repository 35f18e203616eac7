#include "provider/wires/openai_wire.hpp"

#include "core/json_text.hpp"
#include "provider/openai_words.hpp"
#include "provider/wires/openai_form.hpp"
#include "provider/wires/vendor_error.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace sambung {
namespace {

namespace json = boost::json;

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

}  // namespace

namespace openai {

placed_choice choice_in(json::object const& chunk) {
  auto const* choices = wire::array_at(chunk, "choices");
  if (!choices) return {};
  for (std::size_t i = 0; i < choices->size(); ++i)
    if (auto const* one = (*choices)[i].if_object(); one && wire::integer_at(*one, "index").value_or(0) == 0)
      return {one, i};
  return {};
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
  answer.created = wire::integer_at(*object, "created").value_or(0);
  if (form == vendor_form::kept) answer.verbatim = openai_form::of_answer(body, *choice, answer);
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

}  // namespace sambung
