#include "carriers/openai/completions_wire.hpp"

#include "core/json_writer.hpp"
#include "provider/openai_words.hpp"

namespace sambung::openai_server {
namespace {

std::string calls_of(std::vector<part> const& parts) {
  std::string list;
  array_writer calls(list);
  for (auto const& p : parts)
    if (auto const* call = std::get_if<tool_call_part>(&p))
      openai_words::append_call(calls.next(), *call, openai_words::call_extras::left_out);
  if (calls.empty()) return {};
  calls.end();
  return list;
}

std::string reasoning_of(std::vector<part> const& parts) {
  std::string text;
  for (auto const& p : parts)
    if (auto const* thought = std::get_if<reasoning_part>(&p)) text += thought->text;
  return text;
}

void append_message(std::string& out, std::vector<part> const& parts) {
  object_writer message(out);
  message.text("role", "assistant");
  auto const calls = calls_of(parts);
  auto const text = text_of(parts);
  if (text.empty() && !calls.empty()) message.raw("content", "null");
  else message.text("content", text);
  if (auto const thoughts = reasoning_of(parts); !thoughts.empty()) message.text("reasoning_content", thoughts);
  message.raw("refusal", "null");
  if (!calls.empty()) message.raw("tool_calls", calls);
  message.end();
}

void append_model(std::string& out, model_info const& model) {
  out += "{\"id\":";
  append_json_string(out, model.id);
  out += ",\"object\":\"model\",\"created\":" + std::to_string(model.created);
  out += ",\"owned_by\":";
  append_json_string(out, model.owned_by);
  out += '}';
}

}  // namespace

void answer_head::append_to(std::string& out, std::string_view object) const {
  out += "{\"id\":";
  append_json_string(out, id);
  out += ",\"object\":\"";
  out += object;
  out += "\",\"created\":" + std::to_string(created);
  out += ",\"model\":";
  append_json_string(out, model);
}

std::string encode_completion(answer_head head, completion const& answer) {
  std::string out;
  if (!answer.verbatim.empty()) {
    head.adopt(answer.id, answer.created);
    head.append_to(out, "chat.completion");
    return ((out += ',') += answer.verbatim) += '}';
  }
  head.append_to(out, "chat.completion");
  out += ",\"choices\":[{\"index\":0,\"message\":";
  append_message(out, answer.parts);
  out += ",\"logprobs\":null,\"finish_reason\":\"";
  out += openai_words::word_of(answer.reason);
  out += "\"}]";
  if (answer.usage) {
    out += ",\"usage\":";
    openai_words::append_usage(out, *answer.usage);
  }
  return out + '}';
}

std::string encode_models(std::span<model_info const> models) {
  std::string out = "{\"object\":\"list\",\"data\":[";
  for (std::size_t i = 0; i < models.size(); ++i) {
    if (i) out += ',';
    append_model(out, models[i]);
  }
  return out + "]}";
}

std::string encode_model(model_info const& model) {
  std::string out;
  append_model(out, model);
  return out;
}

}  // namespace sambung::openai_server
