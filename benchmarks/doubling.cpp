// P15: what each decoder of outside bytes takes for the worst of them, at sizes that double. One JSON line per case:
// the time of a byte, and how much more a byte takes when there are eight times as many.
#include "carriers/openai/chat_request.hpp"
#include "carriers/rpc/orpc_wire.hpp"
#include "http/client/proxy.hpp"
#include "http/server/cookie.hpp"
#include "http/server/proxies.hpp"
#include "http/server/request_head.hpp"
#include "provider/wires/anthropic_wire.hpp"
#include "provider/wires/ndjson.hpp"
#include "provider/wires/ollama_wire.hpp"
#include "provider/wires/openai_stream.hpp"
#include "provider/wires/sse.hpp"

#include <sambung/core/json_codec.hpp>
#include <sambung/provider/completion.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace {

constexpr std::size_t smallest = 256 * 1'024;
constexpr std::size_t largest = 8 * smallest;
constexpr int rounds = 5;
constexpr std::size_t read_bytes = 16'384;  // what one read from a socket gives

using sambung::secret_string;
using sambung::vendor_form;

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// `piece(i)` again and again between the two ends.
template <class Piece>
std::string filled(std::size_t size, std::string const& begin, Piece piece, std::string const& end = "") {
  std::string out = begin;
  for (std::size_t i = 0; out.size() < size; ++i) out += piece(i);
  return out + end;
}

auto always(std::string text) {
  return [text = std::move(text)](std::size_t) { return text; };
}

// A list or object of JSON, whose commas stand between.
template <class Piece>
std::string listed(std::size_t size, std::string const& begin, Piece piece, std::string const& end) {
  return filled(size, begin, [&](std::size_t i) { return (i ? "," : "") + piece(i); }, end);
}

std::string openai_event(std::string const& delta) {
  return R"(data: {"choices":[{"index":0,"delta":)" + delta + "}]}\n\n";
}
std::string openai_call(std::size_t index, std::string const& members) {
  return R"({"index":)" + std::to_string(index) + members + R"(,"function":{"name":"f","arguments":"{}"}})";
}
std::string openai_calls(std::size_t size) {
  return filled(size, "",
                [](auto i) { return openai_event(R"({"tool_calls":[)" + openai_call(i, R"(,"id":"c")") + "]}"); });
}
std::string anthropic_event(std::string const& type, std::string const& members) {
  return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n";
}
std::string ollama_line(std::string const& members) {
  return R"({"model":"m","message":{"role":"assistant","content":"")" + members + "},\"done\":false}\n";
}

// As a turn does it: the events become parts.
template <class Decoder>
void decode(Decoder decoder, std::string const& stream) {
  sambung::part_builder parts;
  for (std::size_t i = 0; i < stream.size(); i += read_bytes) {
    decoder.push(std::string_view(stream).substr(i, read_bytes));
    while (auto event = decoder.next()) parts.add(std::move(*event));
  }
  decoder.end({sambung::errc::unavailable, "broken off"});
  while (decoder.next()) {
  }
}
void as_openai(std::string const& stream) {
  decode(sambung::openai_stream_decoder(secret_string(), 2 * largest, vendor_form::dropped), stream);
}
void as_openai_handed_on(std::string const& stream) {
  decode(sambung::openai_stream_decoder(secret_string(), 2 * largest, vendor_form::kept), stream);
}
void as_anthropic(std::string const& stream) {
  decode(sambung::anthropic_stream_decoder(secret_string(), 2 * largest), stream);
}
void as_ollama(std::string const& stream) {
  decode(sambung::ollama_stream_decoder(secret_string(), 2 * largest), stream);
}
void as_json(std::string const& text) {
  sambung::json_limits limits;
  limits.max_bytes = 2 * largest;
  (void)sambung::parse_json(text, limits);
}
void as_request(std::string const& body) { (void)sambung::openai_server::decode_chat_request(body); }
void as_input(std::string const& body) { (void)sambung::orpc::decode_input(body); }
void as_events(std::string const& stream) {
  sambung::sse_decoder decoder(2 * largest);
  for (std::size_t i = 0; i < stream.size(); i += 64)
    decoder.push(std::string_view(stream).substr(i, 64), [](sambung::sse_event const&) { return true; });
}
void as_lines(std::string const& stream) {
  sambung::ndjson_decoder decoder(2 * largest);
  for (std::size_t i = 0; i < stream.size(); i += 64)
    decoder.push(std::string_view(stream).substr(i, 64), [](std::string_view) { return true; });
}
void as_head(std::string const& bytes) {
  auto const end = sambung::serving::find_head_end(bytes, 0);
  (void)sambung::serving::parse_request_head(bytes.substr(0, end), std::numeric_limits<std::size_t>::max());
}
void as_cookies(std::string const& field) { (void)sambung::serving::find_cookie(field, "wanted"); }
void as_forwarding(std::string const& field) {
  static auto const proxies = sambung::serving::trusted_proxies::make({"10.0.0.0/8"}).value();
  sambung::serving::request_head head;
  head.fields = {{"X-Forwarded-For", field}};
  sambung::serving::connection_peer peer;
  peer.address = boost::asio::ip::make_address("10.0.0.1");
  (void)proxies.client_of(peer, head);
}
void as_bypass_list(std::string const& list) { (void)sambung::http::bypass_list(list).has("host.example"); }

struct worst_case {
  char const* name;
  std::function<std::string(std::size_t)> make;
  void (*run)(std::string const&);
};

std::string numbered(std::string const& before, std::size_t i, std::string const& after) {
  return before + std::to_string(i) + after;
}

std::vector<worst_case> cases() {
  return {
      {"json: names", [](auto n) { return listed(n, "{", [](auto i) { return numbered("\"k", i, "\":0"); }, "}"); },
       as_json},
      {"json: one name, twice each", [](auto n) { return listed(n, "[", always(R"({"a":1,"a":2})"), "]"); }, as_json},
      {"json: faults under a long name",
       [](auto n) { return listed(n, "{\"" + std::string(n / 2, 'k') + "\":[", always(R"({"a":1,"a":2})"), "]}"); },
       as_json},
      {"json: numbers", [](auto n) { return listed(n, "[", always("1e300"), "]"); }, as_json},
      {"json: escapes", [](auto n) { return filled(n, "[\"", always("\\u6771"), "\"]"); }, as_json},
      {"openai: calls", openai_calls, as_openai},
      {"openai: calls without a place",
       [](auto n) {
         return filled(n, "", [](auto i) {
           return openai_event(numbered(R"({"tool_calls":[{"id":"c)", i, R"(","function":{"name":"f"}}]})"));
         });
       },
       as_openai},
      {"openai: calls in one event",
       [](auto n) {
         return "data: " + listed(
                               n, R"({"choices":[{"index":0,"delta":{"tool_calls":[)",
                               [](auto i) { return openai_call(i, R"(,"id":"c")"); }, "]}}]}\n\n");
       },
       as_openai},
      {"openai: arguments of one call",
       [](auto n) {
         return filled(n, "", [](auto) { return openai_event("{\"tool_calls\":[" + openai_call(0, "") + "]}"); });
       },
       as_openai},
      {"openai: reasoning in details",
       [](auto n) {
         return filled(n, "", [](auto i) {
           return openai_event(
               numbered(R"({"reasoning_details":[{"type":"reasoning.text","text":"t","index":)", i, "}]}"));
         });
       },
       as_openai},
      {"openai: text and reasoning in turn",
       [](auto n) {
         return filled(n, "", always(openai_event(R"({"content":"t"})") + openai_event(R"({"reasoning":"r"})")));
       },
       as_openai},
      {"openai: calls, handed on", openai_calls, as_openai_handed_on},
      {"anthropic: blocks",
       [](auto n) {
         return filled(n, "", [](auto i) {
           auto const index = numbered("\"index\":", i, "");
           return anthropic_event("content_block_start",
                                  index + R"(,"content_block":{"type":"tool_use","id":"c","name":"f","input":{}})") +
                  anthropic_event("content_block_delta",
                                  index + R"(,"delta":{"type":"input_json_delta","partial_json":"{}"})");
         });
       },
       as_anthropic},
      {"anthropic: one signature",
       [](auto n) {
         return filled(
             n,
             anthropic_event("content_block_start", R"("index":0,"content_block":{"type":"thinking","thinking":""})"),
             always(anthropic_event("content_block_delta",
                                    R"("index":0,"delta":{"type":"signature_delta","signature":"c2ln"})")));
       },
       as_anthropic},
      {"ollama: calls",
       [](auto n) {
         return filled(n, "", always(ollama_line(R"(,"tool_calls":[{"function":{"name":"f","arguments":{}}}])")));
       },
       as_ollama},
      {"ollama: calls in one line",
       [](auto n) {
         return listed(n, R"({"model":"m","message":{"role":"assistant","content":"","tool_calls":[)",
                       always(R"({"function":{"name":"f","arguments":{}}})"), "]},\"done\":false}\n");
       },
       as_ollama},
      {"events: one long line", [](auto n) { return "data: " + std::string(n, 'x') + "\n\n"; }, as_events},
      {"events: an event of many lines", [](auto n) { return filled(n, "", always("data:\n"), "\n"); }, as_events},
      {"events: comments", [](auto n) { return filled(n, "", always(":\n")); }, as_events},
      {"lines: one long", [](auto n) { return std::string(n, 'x') + '\n'; }, as_lines},
      {"lines: empty", [](auto n) { return std::string(n, '\n'); }, as_lines},
      {"chat request: messages",
       [](auto n) {
         return listed(n, R"({"model":"m","messages":[)", always(R"({"role":"user","content":"x"})"), "]}");
       },
       as_request},
      {"chat request: parts",
       [](auto n) {
         return listed(n, R"({"model":"m","messages":[{"role":"user","content":[)",
                       always(R"({"type":"text","text":"x"})"), "]}]}");
       },
       as_request},
      {"chat request: calls and results",
       [](auto n) {
         return listed(
             n, R"({"model":"m","messages":[)",
             [](auto i) {
               auto const id = numbered("\"c", i, "\"");
               return R"({"role":"assistant","tool_calls":[{"type":"function","id":)" + id +
                      R"(,"function":{"name":"f","arguments":"{}"}}]},{"role":"tool","content":"x","tool_call_id":)" +
                      id + '}';
             },
             "]}");
       },
       as_request},
      {"chat request: unknown members",
       [](auto n) {
         return listed(
             n, R"({"model":"m","messages":[{"role":"user","content":"x"}],)",
             [](auto i) { return numbered("\"k", i, "\":0"); }, "}");
       },
       as_request},
      {"rpc: paths to nothing",
       [](auto n) { return listed(n, R"({"json":{},"meta":[)", always(R"([1,"nothing"])"), "]}"); }, as_input},
      {"rpc: one long path", [](auto n) { return listed(n, R"({"json":{},"meta":[[1,)", always("\"a\""), "]]}"); },
       as_input},
      {"head: fields", [](auto n) { return filled(n, "GET / HTTP/1.1\r\nHost: a\r\n", always("a: b\r\n"), "\r\n"); },
       as_head},
      {"cookies", [](auto n) { return filled(n, "", always("a=b; ")); }, as_cookies},
      {"forwarded for", [](auto n) { return filled(n, "10.0.0.1", always(", 10.0.0.1")); }, as_forwarding},
      {"bypass list", [](auto n) { return filled(n, "", [](auto i) { return numbered("a", i, ".example,"); }); },
       as_bypass_list},
  };
}

double seconds_of(worst_case const& one, std::string const& input) {
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < rounds; ++i) {
    auto const before = processor_seconds();
    one.run(input);
    best = std::min(best, processor_seconds() - before);
  }
  return best;
}

}  // namespace

int main() {
  for (auto const& one : cases()) {
    auto const small = one.make(smallest);
    auto const large = one.make(largest);
    auto const few = seconds_of(one, small) / static_cast<double>(small.size());
    auto const many = seconds_of(one, large) / static_cast<double>(large.size());
    std::printf(R"({"case":"%s","nanoseconds":%.2f,"growth":%.2f})"
                "\n",
                one.name, many * 1e9, many / few);
    std::fflush(stdout);
  }
}
