// P13: decoding of a recorded-style stream, beside the bandwidth of memory and beside parsing every chunk with
// Boost.JSON. One JSON line per row; a wrong count of events is a failure.
#include "provider/wires/openai_stream.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

namespace json = boost::json;
using fast_path = sambung::openai_stream_decoder::fast_path;

constexpr std::size_t chunks = 20'000;
constexpr std::size_t read_bytes = 16'384;  // what one read from a socket gives
constexpr int rounds = 9;

std::string make_stream(bool padded) {
  std::array<char const*, 8> const words{" the", " answer", ",", " is", " forty", "-two", ".\\n", " \xE6\x9D\xB1"};
  std::array<char const*, 4> const pads{"a8Kd", "", "0pQrs", "z"};
  std::string out;
  for (std::size_t i = 0; i < chunks; ++i) {
    out += R"(data: {"id":"chatcmpl-AbCdEf0123456789","object":"chat.completion.chunk","created":1767225600,)"
           R"("model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":")";
    out += words[i % words.size()];
    out += R"("},"finish_reason":null}])";
    if (padded) (out += R"(,"obfuscation":")") += std::string(pads[i % pads.size()]) + '"';
    out += "}\n\n";
  }
  out += "data: [DONE]\n\n";
  return out;
}

void require(bool fine, char const* what) {
  if (fine) return;
  std::fprintf(stderr, "decode: %s\n", what);
  std::exit(1);
}

// The median time of a round, in seconds.
template <class F>
double median_seconds(F&& run) {
  std::array<double, rounds> times{};
  for (auto& time : times) {
    auto const started = std::chrono::steady_clock::now();
    run();
    time = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  }
  std::sort(times.begin(), times.end());
  return times[rounds / 2];
}

void decode(std::string const& stream, fast_path fast) {
  sambung::openai_stream_decoder decoder(sambung::secret_string(), 1'048'576, sambung::vendor_form::dropped, fast);
  std::size_t deltas = 0, bytes = 0;
  for (std::size_t i = 0; i < stream.size(); i += read_bytes) {
    decoder.push(std::string_view(stream).substr(i, read_bytes));
    while (auto const event = decoder.next())
      if (auto const* text = std::get_if<sambung::text_delta>(&*event)) ++deltas, bytes += text->text.size();
  }
  require(decoder.ended() && !decoder.why() && deltas == chunks && bytes > 0, "wrong events");
}

void split_only(std::string const& stream) {
  sambung::sse_decoder decoder(1'048'576);
  std::size_t events = 0;
  for (std::size_t i = 0; i < stream.size(); i += read_bytes)
    decoder.push(std::string_view(stream).substr(i, read_bytes),
                 [&](sambung::sse_event const&) { return ++events, true; });
  require(events == chunks + 1, "wrong count of events");
}

// What everybody does: split, parse each chunk, walk to the text. Memory is reused, which flatters it.
void parse_every_chunk(std::string const& stream) {
  sambung::sse_decoder decoder(1'048'576);
  std::array<unsigned char, 8'192> memory;
  std::size_t deltas = 0;
  auto const on_event = [&](sambung::sse_event const& event) {
    if (event.data == "[DONE]") return true;
    json::monotonic_resource resource(memory.data(), memory.size());
    auto const chunk = json::parse(event.data, &resource);
    std::string const text(chunk.at("choices").at(0).at("delta").at("content").as_string());
    deltas += !text.empty();
    return true;
  };
  for (std::size_t i = 0; i < stream.size(); i += read_bytes)
    decoder.push(std::string_view(stream).substr(i, read_bytes), on_event);
  require(deltas == chunks, "wrong count of deltas");
}

void report(char const* name, double megabytes, double seconds, double baseline) {
  std::printf(R"({"bench":"P13","case":"%s","unit":"MB/s","value":%.0f,"ratio":%.2f})"
              "\n",
              name, megabytes / seconds, baseline / seconds);
}

void compare(char const* name, std::string const& stream) {
  auto const megabytes = static_cast<double>(stream.size()) / 1e6;
  std::vector<char> copy(stream.size());
  auto const memory = median_seconds([&] {
    std::memcpy(copy.data(), stream.data(), stream.size());
    require(std::memchr(copy.data(), '\1', copy.size()) == nullptr, "the stream holds a control character");
  });
  auto const boost = median_seconds([&] { parse_every_chunk(stream); });
  auto const line = [&](char const* what, double seconds) {
    report((std::string(name) + ": " + what).c_str(), megabytes, seconds, boost);
  };
  line("memcpy and memchr", memory);
  line("Boost.JSON on every chunk", boost);
  line("server-sent events only", median_seconds([&] { split_only(stream); }));
  line("sambung", median_seconds([&] { decode(stream, fast_path::on); }));
  line("sambung without its fast path", median_seconds([&] { decode(stream, fast_path::off); }));
}

}  // namespace

// The ratio of each row is against Boost.JSON on every chunk.
int main() {
  compare("plain", make_stream(false));
  compare("padded", make_stream(true));
}
