#include "carriers/openai/chunk_writer.hpp"

#include "carriers/openai/chat_answer.hpp"
#include "carriers/openai/error_body.hpp"
#include "core/json_text.hpp"
#include "provider/openai_words.hpp"
#include "services/turns/answer_failure.hpp"

#include <utility>

namespace sambung::openai_server {
namespace {

constexpr std::string_view done = "data: [DONE]\n\n";

bool is_delta(completion_event const& event) {
  return std::holds_alternative<text_delta>(event) || std::holds_alternative<reasoning_delta>(event) ||
         std::holds_alternative<tool_call_delta>(event);
}

// A reason that clients of OpenAI know is told in the vendor's word.
std::string_view word_of(finish_reason reason, std::string_view raw) {
  bool const own = openai_words::is_own(raw) && openai_words::reason_of(raw) == reason;
  return own ? raw : openai_words::word_of(reason);
}

}  // namespace

chunk_writer::chunk_writer(answer_head head, usage wanted) : head_(std::move(head)), wanted_(wanted) {}

void chunk_writer::begin_event(std::string& out) {
  if (prefix_.empty()) {
    prefix_ = "data: ";
    head_.append_to(prefix_, "chat.completion.chunk");
    prefix_ += ',';
  }
  out += prefix_;
}

void chunk_writer::begin_chunk(std::string& out) {
  begin_event(out);
  if (wanted_ == usage::wanted) out += "\"usage\":null,";
  out += "\"choices\":[{\"index\":0,\"delta\":";
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
  auto const [known, first] = calls_.try_emplace(call.index, static_cast<std::int32_t>(calls_.size()));
  if (first) without_arguments_.insert(known->second);
  if (!call.arguments.empty()) without_arguments_.erase(known->second);
  auto written = call;
  written.index = known->second;
  if (!first) written.id.clear();
  else if (written.id.empty()) written.id = "call_" + std::to_string(written.index);
  append_call(out, written);
}

void chunk_writer::append_call(std::string& out, tool_call_delta const& call) {
  begin_delta(out);
  out += "\"tool_calls\":[";
  openai_words::append_call(out, call, openai_words::call_extras::left_out);
  out += ']';
  end_chunk(out);
}

void chunk_writer::append_finish(std::string& out, finish_reason reason, std::string_view raw) {
  for (auto const position : std::exchange(without_arguments_, {}))
    append_call(out, tool_call_delta{position, {}, {}, std::string(openai_words::no_arguments)});
  begin_chunk(out);
  out += role_sent_ ? "{}" : "{\"role\":\"assistant\",\"content\":\"\"}";
  role_sent_ = true;
  out += ",\"logprobs\":null,\"finish_reason\":\"";
  out += word_of(reason, raw);
  out += "\"}]}\n\n";
}

// The usage goes behind the end, whenever it is told.
void chunk_writer::append_vendor_chunk(std::string& out, vendor_chunk const& chunk) {
  covered_ = true;
  if (prefix_.empty()) head_.adopt(chunk.id, chunk.created);
  if (chunk.with_usage) {
    usage_ = chunk.members;
    return;
  }
  if (!chunk.with_choices && wanted_ == usage::not_wanted) return;
  role_sent_ = role_sent_ || chunk.with_choices;
  finish_sent_ = finish_sent_ || chunk.ends;
  begin_event(out);
  if (wanted_ == usage::wanted) out += "\"usage\":null,";
  (out += chunk.members) += "}\n\n";
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
    append_finish(out, end->reason, end->raw_reason);
}

void chunk_writer::append(std::string& out, turn_event const& event) {
  if (auto const* text = std::get_if<text_delta>(&event)) append_said(out, text->text);
  else if (auto const* thought = std::get_if<reasoning_delta>(&event))
    append_text(out, "\"reasoning_content\":", thought->text);
  else if (std::holds_alternative<tool_result>(event)) new_step_ = true;
  else if (auto const* snapshot = std::get_if<turn_snapshot>(&event)) {
    if (auto const all = text_of_steps(snapshot->parts); !all.empty()) append_said(out, all);
    new_step_ = !snapshot->parts.empty() && std::holds_alternative<tool_result_part>(snapshot->parts.back());
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
  if (auto const why = failure_of(event, event.error)) append_error(out, *why);
  else append_finish(out, reason_in_chat(event.finish_reason), {});
}

void chunk_writer::append_end(std::string& out) {
  if (failed_) return;
  if (wanted_ == usage::wanted && (reported_ || !usage_.empty())) {
    begin_event(out);
    if (!usage_.empty()) {
      out += usage_;
    } else {
      openai_words::append_usage(out += "\"usage\":", *reported_);
      out += ",\"choices\":[]";
    }
    out += "}\n\n";
  }
  out += done;
}

void chunk_writer::append_error(std::string& out, failure const& why) {
  if (failed_) return;
  failed_ = true;
  ((out += "data: ") += encode_error(why)) += "\n\n";
  out += done;
}

}  // namespace sambung::openai_server
