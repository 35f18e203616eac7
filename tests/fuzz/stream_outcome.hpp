// What a decoder makes of a stream that comes in pieces.
#pragma once

#include "provider/answer_bounds.hpp"
#include "provider/wires/stream_decoder.hpp"

#include <algorithm>
#include <cstdlib>

namespace sambung::fuzz {

struct outcome {
  std::vector<completion_event> events;
  std::optional<failure> why;
  std::string model;
  bool operator==(outcome const&) const = default;
};

// Each piece has memory of its own, so that a view kept beyond it is found out.
inline outcome decode(stream_decoder& decoder, std::string_view text, std::size_t step) {
  outcome out;
  answer_bounds bounds;
  // As they leave the provider: a number that is none, for one, would not equal itself.
  auto const drain = [&] {
    while (auto event = decoder.next()) {
      if (bounds.admit(*event)) std::abort();
      out.events.push_back(std::move(*event));
    }
  };
  for (std::size_t i = 0; i < text.size(); i += step) {
    auto const piece = text.substr(i, step);
    std::vector<char> const copy(piece.begin(), piece.end());
    decoder.push({copy.data(), copy.size()});
    drain();
  }
  decoder.end({errc::unavailable, "broken off"});
  drain();
  if (!decoder.ended()) std::abort();
  out.why = decoder.why();
  out.model = decoder.model();
  // An answer either ends or breaks, and says so last.
  bool const finished = !out.events.empty() && std::holds_alternative<completion_finished>(out.events.back());
  if (finished == out.why.has_value()) std::abort();
  return out;
}

}  // namespace sambung::fuzz
