#include <sambung/testing/scripted_vendor.hpp>

#include "core/json_text.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace sambung::testing {
namespace {

constexpr std::string_view chunk_head = R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,)"
                                        R"("model":"scripted-1",)";

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string usage_json(std::int64_t input, std::int64_t output) {
  return R"({"prompt_tokens":)" + std::to_string(input) + R"(,"completion_tokens":)" + std::to_string(output) +
         R"(,"total_tokens":)" + std::to_string(input + output) + '}';
}

std::string anthropic_usage(std::int64_t input, std::int64_t output) {
  return R"({"input_tokens":)" + std::to_string(input) + R"(,"output_tokens":)" + std::to_string(output) + '}';
}

std::string anthropic_message(std::string_view content, std::string_view stop_reason, std::string_view usage) {
  return R"({"id":"msg_1","type":"message","role":"assistant","model":"scripted-1","content":[)" +
         std::string(content) + R"(],"stop_reason":)" + std::string(stop_reason) + R"(,"stop_sequence":null,"usage":)" +
         std::string(usage) + '}';
}

constexpr std::string_view ollama_head = R"({"model":"scripted-1","created_at":"2026-01-02T03:04:05.678Z",)";

std::string ollama_counts(std::int64_t input, std::int64_t output) {
  return R"("prompt_eval_count":)" + std::to_string(input) + R"(,"eval_count":)" + std::to_string(output);
}

std::string ollama_line(std::string_view text, std::string_view rest) {
  return std::string(ollama_head) + R"("message":{"role":"assistant","content":)" + quoted(text) + "}," +
         std::string(rest) + '}';
}

std::string error_body(vendor_wire wire, std::string_view message, std::string_view type) {
  if (wire == vendor_wire::ollama) return R"({"error":)" + quoted(message) + '}';
  auto const error = R"("error":{"message":)" + quoted(message) + R"(,"type":)" + quoted(type) + '}';
  return wire == vendor_wire::anthropic ? R"({"type":"error",)" + error + '}' : '{' + error + '}';
}

std::string_view reason_phrase(int status) { return status == 200 ? "OK" : "Scripted"; }

std::string status_line(int status) {
  return "HTTP/1.1 " + std::to_string(status) + ' ' + std::string(reason_phrase(status)) + "\r\n";
}

}  // namespace

vendor_script vendor_script::stream(vendor_wire wire) {
  vendor_script script(wire);
  script.head_.status_line = status_line(200);
  bool const lines = wire == vendor_wire::ollama;
  return script.header("content-type", lines ? "application/x-ndjson" : "text/event-stream; charset=utf-8")
      .header("transfer-encoding", "chunked");
}

vendor_script vendor_script::streamed_answer(std::vector<std::string> const& deltas, vendor_wire wire) {
  auto script = stream(wire);
  script.begin();
  for (auto const& delta : deltas) script.text(delta);
  return script.finish().usage(7, static_cast<std::int64_t>(deltas.size())).done();
}

vendor_script vendor_script::answer(std::string_view text, vendor_wire wire) {
  if (wire == vendor_wire::ollama)
    return response(200, ollama_line(text, R"("done":true,"done_reason":"stop",)" + ollama_counts(7, 3)));
  if (wire == vendor_wire::anthropic) {
    auto const content = R"({"type":"text","text":)" + quoted(text) + '}';
    return response(200, anthropic_message(content, R"("end_turn")", anthropic_usage(7, 3)));
  }
  std::string body = R"({"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"scripted-1",)";
  body += R"("choices":[{"index":0,"message":{"role":"assistant","content":)" + quoted(text) +
          R"(},"finish_reason":"stop"}],"usage":)" + usage_json(7, 3) + '}';
  return response(200, std::move(body));
}

vendor_script vendor_script::refusal(int status, std::string_view message, vendor_wire wire) {
  return response(status, error_body(wire, message, "scripted_error"));
}

vendor_script vendor_script::response(int status, std::string body, std::string content_type) {
  vendor_script script;
  script.head_.status_line = status_line(status);
  script.header("content-type", std::move(content_type)).header("content-length", std::to_string(body.size()));
  return script.raw(body);
}

vendor_script vendor_script::nothing() { return vendor_script(); }

vendor_script& vendor_script::header(std::string name, std::string value) {
  head_.fields += name + ": " + value + "\r\n";
  return *this;
}
// What real streams send before the first text.
void vendor_script::begin() {
  if (std::exchange(begun_, true)) return;
  if (wire_ == vendor_wire::openai) {
    event(std::string(chunk_head) +
          R"("choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})");
  } else if (wire_ == vendor_wire::anthropic) {
    event(R"({"type":"message_start","message":)" + anthropic_message("", "null", anthropic_usage(1, 1)) + '}');
    event(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})");
    event(R"({"type":"ping"})");
  }
}

vendor_script& vendor_script::text(std::string_view delta) {
  if (wire_ == vendor_wire::ollama) return event(ollama_line(delta, R"("done":false)"));
  if (wire_ == vendor_wire::anthropic) {
    begin();
    return event(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":)" + quoted(delta) +
                 "}}");
  }
  return event(std::string(chunk_head) + R"("choices":[{"index":0,"delta":{"content":)" + quoted(delta) +
               R"(},"finish_reason":null}]})");
}

vendor_script& vendor_script::finish(std::string_view reason) {
  bool const anthropic = wire_ == vendor_wire::anthropic;
  auto const word = quoted(!reason.empty() ? reason : anthropic ? "end_turn" : "stop");
  if (wire_ == vendor_wire::ollama) {
    last_line_ += R"(,"done_reason":)" + word;
    return *this;
  }
  if (anthropic) {
    event(R"({"type":"content_block_stop","index":0})");
    return event(R"({"type":"message_delta","delta":{"stop_reason":)" + word + R"(,"stop_sequence":null}})");
  }
  return event(std::string(chunk_head) + R"("choices":[{"index":0,"delta":{},"finish_reason":)" + word + "}]}");
}

vendor_script& vendor_script::usage(std::int64_t input_tokens, std::int64_t output_tokens) {
  if (wire_ == vendor_wire::ollama) {
    last_line_ += ',' + ollama_counts(input_tokens, output_tokens);
    return *this;
  }
  if (wire_ == vendor_wire::anthropic)
    return event(R"({"type":"message_delta","delta":{},"usage":)" + anthropic_usage(input_tokens, output_tokens) + '}');
  return event(std::string(chunk_head) + R"("choices":[],"usage":)" + usage_json(input_tokens, output_tokens) + '}');
}

vendor_script& vendor_script::comment(std::string_view text) {
  return wire_ == vendor_wire::ollama ? chunk("\n") : chunk(": " + std::string(text) + "\n\n");
}

// Anthropic's clients go by the name of an event, which is the type in its data.
vendor_script& vendor_script::event(std::string_view data) {
  if (wire_ == vendor_wire::ollama) return chunk(std::string(data) + '\n');
  constexpr std::string_view start = R"({"type":")";
  std::string name;
  if (wire_ == vendor_wire::anthropic && data.starts_with(start))
    name = "event: " + std::string(data.substr(start.size(), data.find('"', start.size()) - start.size())) + '\n';
  return chunk(name + "data: " + std::string(data) + "\n\n");
}

vendor_script& vendor_script::error(std::string_view message, std::string_view type) {
  return event(error_body(wire_, message, type));
}

vendor_script& vendor_script::stop() {
  if (wire_ == vendor_wire::ollama) return event(ollama_line("", R"("done":true)" + last_line_));
  return event(wire_ == vendor_wire::anthropic ? R"({"type":"message_stop"})" : "[DONE]");
}

vendor_script& vendor_script::done() { return stop().end(); }
vendor_script& vendor_script::end() { return raw("0\r\n\r\n"); }

vendor_script& vendor_script::chunk(std::string_view bytes) {
  std::array<char, 16> size;
  auto const end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
  return raw(std::string(size.data(), end) + "\r\n" + std::string(bytes) + "\r\n");
}

vendor_script& vendor_script::raw(std::string_view bytes) {
  auto* last = steps_.empty() ? nullptr : std::get_if<std::string>(&steps_.back());
  if (last) *last += bytes;
  else steps_.emplace_back(std::string(bytes));
  return *this;
}

vendor_script& vendor_script::wait(gate g) {
  steps_.emplace_back(std::move(g));
  return *this;
}
vendor_script& vendor_script::pause(std::chrono::milliseconds time) {
  steps_.emplace_back(time);
  return *this;
}
vendor_script& vendor_script::stall() {
  steps_.emplace_back(ending::stall);
  return *this;
}
vendor_script& vendor_script::close() {
  steps_.emplace_back(ending::close);
  return *this;
}
vendor_script& vendor_script::reset() {
  steps_.emplace_back(ending::reset);
  return *this;
}
vendor_script& vendor_script::repeat_forever(std::string chunk) {
  steps_.emplace_back(forever{std::move(chunk)});
  return *this;
}

vendor_script& vendor_script::split_at(std::size_t byte) {
  splitting_ = splitting::once;
  split_byte_ = byte;
  return *this;
}
vendor_script& vendor_script::split_every_byte() {
  splitting_ = splitting::every_byte;
  return *this;
}
vendor_script& vendor_script::stall_at(std::size_t byte) {
  cut_byte_ = byte;
  cut_ending_ = ending::stall;
  return *this;
}
vendor_script& vendor_script::close_at(std::size_t byte) {
  cut_byte_ = byte;
  cut_ending_ = ending::close;
  return *this;
}
vendor_script& vendor_script::reset_at(std::size_t byte) {
  cut_byte_ = byte;
  cut_ending_ = ending::reset;
  return *this;
}

std::string vendor_script::head_text() const {
  if (head_.status_line.empty()) return {};
  return head_.status_line + "x-request-id: req-scripted\r\n" + head_.fields + "\r\n";
}

std::size_t vendor_script::size() const {
  auto size = head_text().size();
  for (auto const& each : steps_)
    if (auto const* bytes = std::get_if<std::string>(&each)) size += bytes->size();
  return size;
}

std::vector<vendor_script::step> vendor_script::plan() const {
  std::vector<step> planned;
  std::size_t at = 0;
  auto const put = [&](std::string_view bytes) {
    auto rest = bytes.substr(0, cut_byte_ > at ? cut_byte_ - at : 0);
    while (!rest.empty()) {
      auto length = rest.size();
      if (splitting_ == splitting::every_byte) length = 1;
      if (splitting_ == splitting::once && at < split_byte_) length = std::min(length, split_byte_ - at);
      planned.emplace_back(std::string(rest.substr(0, length)));
      rest.remove_prefix(length);
      at += length;
      if (splitting_ == splitting::once && at == split_byte_) planned.emplace_back(std::chrono::milliseconds(2));
    }
  };
  put(head_text());
  for (auto const& each : steps_) {
    if (at >= cut_byte_) break;
    if (auto const* bytes = std::get_if<std::string>(&each)) put(*bytes);
    else planned.push_back(each);
  }
  if (at >= cut_byte_) planned.emplace_back(cut_ending_);
  return planned;
}

}  // namespace sambung::testing
