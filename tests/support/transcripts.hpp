// Recorded-style streams of vendors in tests/transcripts, and what a decoder makes of them, as lines of text.
#pragma once

#include "core/json_text.hpp"
#include "provider/wires/stream_decoder.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace sambung::transcripts {

inline std::string in_quotes(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

inline std::string bag(std::optional<boost::json::object> const& data) {
  return data ? ' ' + boost::json::serialize(*data) : std::string();
}

inline std::string line_of(completion_event const& event) {
  if (auto const* t = std::get_if<text_delta>(&event)) return "text " + in_quotes(t->text);
  if (auto const* r = std::get_if<reasoning_delta>(&event))
    return "reasoning " + in_quotes(r->text) + bag(r->provider_data);
  if (auto const* c = std::get_if<tool_call_delta>(&event))
    return "tool " + std::to_string(c->index) + ' ' + in_quotes(c->id) + ' ' + in_quotes(c->name) + ' ' +
           in_quotes(c->arguments) + bag(c->provider_data);
  if (auto const* u = std::get_if<usage_report>(&event))
    return "usage " + std::to_string(u->usage.input_tokens) + ' ' + std::to_string(u->usage.output_tokens) + ' ' +
           std::to_string(u->usage.cached_input_tokens) + ' ' + std::to_string(u->usage.reasoning_tokens);
  auto const& end = std::get<completion_finished>(event);
  return std::string("finished ") + boost::describe::enum_to_string(end.reason, "?") + ' ' + in_quotes(end.raw_reason);
}

// Each push has memory of its own, so that a view kept beyond it is found out by the sanitizers.
inline std::vector<std::string> decode(stream_decoder& decoder, std::span<std::string_view const> pushes) {
  std::vector<std::string> lines;
  auto const drain = [&] {
    while (auto event = decoder.next()) lines.push_back(line_of(*event));
  };
  for (auto const bytes : pushes) {
    std::vector<char> const copy(bytes.begin(), bytes.end());
    decoder.push({copy.data(), copy.size()});
    drain();
  }
  decoder.end({errc::unavailable, "broken off"});
  drain();
  if (decoder.why())
    lines.push_back("failure " + std::string(to_string(decoder.why()->code)) + ' ' + in_quotes(decoder.why()->message));
  return lines;
}

inline std::vector<std::string_view> random_split(std::string_view text, std::mt19937& random) {
  std::vector<std::string_view> pieces;
  auto const longest = std::size_t(1) << (random() % 9);
  while (!text.empty()) {
    auto const length = std::min<std::size_t>(text.size(), random() % (longest + 1));
    pieces.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return pieces;
}

// tests/transcripts. Only its .cpp is told, so that no other command line of a compiler names a path of this checkout.
std::filesystem::path folder();

inline std::filesystem::path path_of(std::string const& file) { return folder() / file; }

inline std::string read_file(std::filesystem::path const& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline std::vector<std::string> read_lines(std::filesystem::path const& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The files of all streams, in order.
inline std::vector<std::string> files() {
  std::vector<std::string> names;
  for (auto const& each : std::filesystem::directory_iterator(folder()))
    if (each.path().extension() != ".events") names.push_back(each.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace sambung::transcripts
