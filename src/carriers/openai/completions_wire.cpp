#include "carriers/openai/completions_wire.hpp"

#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "provider/openai_words.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace sambung::openai_server {
namespace {

namespace json = boost::json;

finish_reason reason_from(std::optional<std::string> const& word) {
  return word ? openai_words::reason_of(*word) : finish_reason::stop;
}

// What a chat's tools did stays between the engine and its model: nobody else could answer their calls.
finish_reason reason_in_chat(std::optional<std::string> const& word) {
  auto const reason = word == max_steps_word ? finish_reason::length : reason_from(word);
  return reason == finish_reason::tool_calls ? finish_reason::stop : reason;
}

constexpr std::string_view between_steps = "\n\n";

// What was said before, between and after calls of tools.
std::string text_of_steps(std::vector<part> const& parts) {
  std::string all;
  bool new_step = false;
  for (auto const& p : parts) {
    if (std::holds_alternative<tool_result_part>(p)) new_step = true;
    auto const* text = std::get_if<text_part>(&p);
    if (!text) continue;
    if (new_step && !all.empty()) all += between_steps;
    new_step = false;
    all += text->text;
  }
  return all;
}

void append_usage(std::string& out, token_usage const& usage) {
  object_writer object(out);
  auto members = openai_words::usage_members();
  auto const append_group = [&](object_writer& into, std::string_view group) {
    for (auto const& member : members)
      if (member.own && member.group == group) into.integer(member.name, usage.*member.count);
  };
  append_group(object, {});
  object.integer(openai_words::total_tokens, usage.input_tokens + usage.output_tokens);
  std::string_view last;
  for (auto const& member : members) {
    if (member.group == std::exchange(last, member.group)) continue;
    object_writer group(object.key(member.group));
    append_group(group, member.group);
    group.end();
  }
  object.end();
}

void append_head(std::string& out, answer_head const& head, std::string_view object) {
  out += "{\"id\":";
  append_json_string(out, head.id);
  out += ",\"object\":\"";
  out += object;
  out += "\",\"created\":" + std::to_string(head.created);
  out += ",\"model\":";
  append_json_string(out, head.model);
}

void append_tool_calls(std::string& out, std::vector<part> const& parts) {
  std::string_view separator = ",\"tool_calls\":[";
  bool any = false;
  for (auto const& p : parts) {
    auto const* call = std::get_if<tool_call_part>(&p);
    if (!call) continue;
    out += any ? "," : separator;
    any = true;
    out += "{\"id\":";
    append_json_string(out, call->id);
    out += ",\"type\":\"function\",\"function\":{\"name\":";
    append_json_string(out, call->name);
    out += ",\"arguments\":";
    append_json_string(out, call->arguments);
    out += "}}";
  }
  if (any) out += ']';
}

bool has_tool_call(std::vector<part> const& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [](part const& p) { return std::holds_alternative<tool_call_part>(p); });
}

std::string reasoning_of(std::vector<part> const& parts) {
  std::string text;
  for (auto const& p : parts)
    if (auto const* thought = std::get_if<reasoning_part>(&p)) text += thought->text;
  return text;
}

void append_message(std::string& out, std::vector<part> const& parts) {
  out += "{\"role\":\"assistant\",\"content\":";
  auto const text = text_of(parts);
  if (text.empty() && has_tool_call(parts)) out += "null";
  else append_json_string(out, text);
  if (auto const thoughts = reasoning_of(parts); !thoughts.empty()) {
    out += ",\"reasoning_content\":";
    append_json_string(out, thoughts);
  }
  out += ",\"refusal\":null";
  append_tool_calls(out, parts);
  out += '}';
}

std::string_view error_code(errc code) {
  switch (code) {
    case errc::rate_limited:
      return "rate_limit_exceeded";
    case errc::quota_exceeded:
      return "insufficient_quota";
    case errc::unauthenticated:
      return "invalid_api_key";
    default:
      return to_string(code);
  }
}

void append_error_object(std::string& out, std::string_view message, std::string_view type, std::string_view param,
                         std::string_view code) {
  out += "{\"error\":{\"message\":";
  append_json_string(out, message);
  out += ",\"type\":";
  append_json_string(out, type);
  out += ",\"param\":";
  if (param.empty()) out += "null";
  else append_json_string(out, param);
  out += ",\"code\":";
  append_json_string(out, code);
  out += "}}";
}

void append_error_object(std::string& out, failure const& why) {
  auto const param = why.issues.empty() ? std::string_view() : std::string_view(why.issues.front().path);
  append_error_object(out, why.message, info(why.code).openai_type, param, error_code(why.code));
}

failure failure_of(turn_finished const& event) {
  auto code = event.reason ? errc_of(*event.reason).value_or(errc::provider_error) : errc::provider_error;
  if (event.state == message_state::incomplete) code = errc::unavailable;
  return failure(code, event.error.value_or("the answer broke off"));
}

bool is_delta(completion_event const& event) {
  return std::holds_alternative<text_delta>(event) || std::holds_alternative<reasoning_delta>(event) ||
         std::holds_alternative<tool_call_delta>(event);
}

void append_without_usage(std::string& out, std::string_view chunk) {
  char separator = '{';
  for_each_member(chunk, [&](std::string const& name, std::string_view value) {
    if (name == "usage") return;
    out += std::exchange(separator, ',');
    append_json_string(out, name);
    out.append(":").append(value);
  });
  out += '}';
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

std::string encode_completion(answer_head const& head, completion const& answer) {
  if (!answer.verbatim.empty()) return answer.verbatim;
  std::string out;
  append_head(out, head, "chat.completion");
  out += ",\"choices\":[{\"index\":0,\"message\":";
  append_message(out, answer.parts);
  out += ",\"logprobs\":null,\"finish_reason\":\"";
  out += openai_words::word_of(answer.reason);
  out += "\"}]";
  if (answer.usage) {
    out += ",\"usage\":";
    append_usage(out, *answer.usage);
  }
  return out + '}';
}

completion completion_of(message const& answer) {
  completion made;
  for (auto const& p : answer.parts)
    if (std::holds_alternative<reasoning_part>(p)) made.parts.push_back(p);
  made.parts.push_back(text_part{text_of_steps(answer.parts), {}});
  made.reason = reason_in_chat(answer.finish_reason);
  made.usage = answer.usage;
  return made;
}

chunk_writer::chunk_writer(answer_head head, usage wanted) : wanted_(wanted) {
  prefix_ = "data: ";
  append_head(prefix_, head, "chat.completion.chunk");
  prefix_ += wanted == usage::wanted ? ",\"usage\":" : ",";
}

void chunk_writer::begin_chunk(std::string& out) {
  out += prefix_;
  out +=
      wanted_ == usage::wanted ? "null,\"choices\":[{\"index\":0,\"delta\":" : "\"choices\":[{\"index\":0,\"delta\":";
}

void chunk_writer::begin_delta(std::string& out) {
  begin_chunk(out);
  out += '{';
  if (!role_sent_) out += "\"role\":\"assistant\",";
  role_sent_ = true;
}

void chunk_writer::end_chunk(std::string& out) { out += "},\"logprobs\":null,\"finish_reason\":null}]}\n\n"; }

void chunk_writer::append_text(std::string& out, std::string_view member, std::string_view text) {
  begin_delta(out);
  out += member;
  append_json_string(out, text);
  end_chunk(out);
}

void chunk_writer::append_tool_call(std::string& out, tool_call_delta const& call) {
  auto const [known, first] = calls_.try_emplace(call.index, calls_.size());
  auto const position = known->second;
  begin_delta(out);
  out += "\"tool_calls\":[{\"index\":" + std::to_string(position);
  if (first) {
    out += ",\"id\":";
    append_json_string(out, call.id);
    out += ",\"type\":\"function\"";
  }
  out += ",\"function\":{";
  if (first) {
    out += "\"name\":";
    append_json_string(out, call.name);
    out += ',';
  }
  out += "\"arguments\":";
  append_json_string(out, call.arguments);
  out += "}}]";
  end_chunk(out);
}

void chunk_writer::append_finish(std::string& out, finish_reason reason) {
  begin_chunk(out);
  out += role_sent_ ? "{}" : "{\"role\":\"assistant\",\"content\":\"\"}";
  role_sent_ = true;
  out += ",\"logprobs\":null,\"finish_reason\":\"";
  out += openai_words::word_of(reason);
  out += "\"}]}\n\n";
}

// What is written without a chunk of the vendor's goes on as its chunks did.
void chunk_writer::adopt_head(std::string_view chunk) {
  prefix_ = R"(data: {"object":"chat.completion.chunk")";
  for_each_member(chunk, [&](std::string const& name, std::string_view value) {
    if (name == "id" || name == "created" || name == "model") prefix_.append(",\"" + name + "\":").append(value);
  });
  prefix_ += wanted_ == usage::wanted ? ",\"usage\":" : ",";
}

void chunk_writer::append_vendor_chunk(std::string& out, vendor_chunk const& chunk) {
  covered_ = !chunk.json.empty();
  if (!covered_) return;
  if (!std::exchange(role_sent_, true)) adopt_head(chunk.json);
  finish_sent_ |= chunk.ends;
  bool const too_much = chunk.with_usage && wanted_ == usage::not_wanted;
  usage_sent_ |= chunk.with_usage;
  if (too_much && !chunk.with_choices) return;
  out += "data: ";
  if (too_much) append_without_usage(out, chunk.json);
  else out += chunk.json;
  out += "\n\n";
}

void chunk_writer::append(std::string& out, completion_event const& event) {
  if (auto const* chunk = std::get_if<vendor_chunk>(&event)) return append_vendor_chunk(out, *chunk);
  if (covered_ && is_delta(event)) return;
  if (auto const* text = std::get_if<text_delta>(&event)) append_text(out, "\"content\":", text->text);
  else if (auto const* thought = std::get_if<reasoning_delta>(&event))
    append_text(out, "\"reasoning_content\":", thought->text);
  else if (auto const* call = std::get_if<tool_call_delta>(&event)) append_tool_call(out, *call);
  else if (auto const* report = std::get_if<usage_report>(&event)) reported_ = report->usage;
  else if (auto const* end = std::get_if<completion_finished>(&event); end && !finish_sent_)
    append_finish(out, end->reason);
}

void chunk_writer::append(std::string& out, turn_event const& event) {
  if (auto const* text = std::get_if<text_delta>(&event)) append_said(out, text->text);
  else if (auto const* thought = std::get_if<reasoning_delta>(&event))
    append_text(out, "\"reasoning_content\":", thought->text);
  else if (std::holds_alternative<tool_result>(event)) new_step_ = true;
  else if (auto const* snapshot = std::get_if<turn_snapshot>(&event)) {
    if (auto const all = text_of_steps(snapshot->parts); !all.empty()) append_said(out, all);
  } else if (auto const* end = std::get_if<turn_finished>(&event)) {
    append_turn_end(out, *end);
  }
}

void chunk_writer::append_said(std::string& out, std::string_view text) {
  if (new_step_ && said_) append_text(out, "\"content\":", between_steps);
  new_step_ = false;
  said_ = true;
  append_text(out, "\"content\":", text);
}

void chunk_writer::append_turn_end(std::string& out, turn_finished const& event) {
  reported_ = event.usage;
  if (event.state == message_state::complete || event.state == message_state::cancelled)
    return append_finish(out, reason_in_chat(event.finish_reason));
  append_error(out, failure_of(event));
}

void chunk_writer::append_end(std::string& out) {
  if (failed_) return;
  if (wanted_ == usage::wanted && reported_ && !usage_sent_) {
    out += prefix_;
    append_usage(out, *reported_);
    out += ",\"choices\":[]}\n\n";
  }
  out += "data: [DONE]\n\n";
}

void chunk_writer::append_error(std::string& out, failure const& why) {
  if (failed_) return;
  failed_ = true;
  out += "data: ";
  append_error_object(out, why);
  out += "\n\ndata: [DONE]\n\n";
}

std::string encode_error(failure const& why) {
  std::string out;
  append_error_object(out, why);
  return out;
}

std::string encode_error(std::string_view code, std::string_view message) {
  std::string out;
  append_error_object(out, message, "invalid_request_error", {}, code);
  return out;
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
