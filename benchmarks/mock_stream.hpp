// Streamed chat completions of the mock upstream, in the form that OpenAI's have: one HTTP chunk for each event.
#pragma once

#include "stamped_text.hpp"

#include <charconv>
#include <cstdio>
#include <map>
#include <optional>

namespace mock {

enum class pacing { timed, at_once };

// What a model's name asks for: "stream-EVENTS-MILLISECONDS" sends an event every so often, the first at once;
// "burst-EVENTS-BYTES" sends all at once, each event of about so many bytes.
struct stream_order {
  pacing pace = pacing::timed;
  std::int64_t events = 0;
  std::int64_t parameter = 0;
};

inline std::optional<stream_order> order_in(std::string_view model) {
  stream_order order;
  if (model.starts_with("burst-")) order.pace = pacing::at_once;
  else if (!model.starts_with("stream-")) return std::nullopt;
  model.remove_prefix(model.find('-') + 1);
  auto const end = model.data() + model.size();
  auto const events = std::from_chars(model.data(), end, order.events);
  if (events.ptr == end || *events.ptr != '-') return std::nullopt;
  auto const parameter = std::from_chars(events.ptr + 1, end, order.parameter);
  bool const whole = parameter.ec == std::errc() && parameter.ptr == end;
  if (!whole || order.events < 1 || order.events > 9'999) return std::nullopt;
  return order;
}

inline constexpr std::string_view event_prefix =
    R"(data: {"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1700000000,"model":"mock",)";

inline std::string event_with(std::string_view delta, std::string_view finish_reason) {
  std::string event(event_prefix);
  event += R"("choices":[{"index":0,"delta":{)";
  event.append(delta).append("},\"finish_reason\":").append(finish_reason);
  return event += "}]}\n\n";
}

inline std::string text_event(std::string_view text) {
  return event_with("\"content\":\"" + std::string(text) + '"', "null");
}

inline std::string in_http_chunk(std::string_view event) {
  char size[24];
  auto const length = std::snprintf(size, sizeof size, "%zx\r\n", event.size());
  std::string chunk(size, static_cast<std::size_t>(length));
  return chunk.append(event).append("\r\n");
}

// nginx holds the events of an answer back unless it is told not to, which vendors who send them one by one do.
inline std::string stream_head(pacing pace) {
  std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
      "Transfer-Encoding: chunked\r\n";
  if (pace == pacing::timed) head += "X-Accel-Buffering: no\r\n";
  return head + "\r\n" + in_http_chunk(event_with(R"("role":"assistant","content":"")", "null"));
}

enum class usage { wanted, not_wanted };

inline std::string stream_tail(std::int64_t events, usage report) {
  auto tail = in_http_chunk(event_with({}, "\"stop\""));
  if (report == usage::wanted) {
    std::string event(event_prefix);
    event += R"("choices":[],"usage":{"prompt_tokens":10,"completion_tokens":)" + std::to_string(events) +
             R"(,"total_tokens":)" + std::to_string(events + 10) + "}}\n\n";
    tail += in_http_chunk(event);
  }
  return tail + in_http_chunk("data: [DONE]\n\n") + "0\r\n\r\n";
}

// The whole answer.
inline std::string burst(stream_order const& order, usage report) {
  auto const around = static_cast<std::int64_t>(text_event({}).size());
  auto const text_size = static_cast<std::size_t>(order.parameter > around ? order.parameter - around : 0);
  auto all = stream_head(order.pace);
  for (std::int64_t i = 0; i < order.events; ++i) all += in_http_chunk(text_event(stamped::plain_text(i, text_size)));
  return all + stream_tail(order.events, report);
}

// An answer whose events leave one after the other.
class timed_stream {
 public:
  timed_stream(stream_order const& order, usage report, std::int64_t now)
      : order_(order), report_(report), due_ns_(now) {}

  std::int64_t due_ns() const { return due_ns_; }

  // Appends the event that is due; false: that was the last.
  bool append_event(std::string& out, std::int64_t now) {
    static std::string const event = in_http_chunk(text_event(stamped::timed_text(64)));
    static std::size_t const text_at = event.find('~');
    if (index_ == 0) out += stream_head(order_.pace);
    auto const at = out.size() + text_at;
    out += event;
    stamped::restamp(out.data() + at, {index_, due_ns_, now});
    due_ns_ += order_.parameter * 1'000'000;
    if (++index_ < order_.events) return true;
    out += stream_tail(order_.events, report_);
    return false;
  }

 private:
  stream_order order_;
  usage report_;
  std::int64_t due_ns_;
  std::int64_t index_ = 0;
};

}  // namespace mock
