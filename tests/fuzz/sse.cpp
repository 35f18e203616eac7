// Any bytes, any split: the same events, within bounds.
#include "provider/wires/sse.hpp"

#include <cstdlib>
#include <vector>

namespace {

constexpr std::size_t limit = 256;

struct outcome {
  std::vector<std::string> events;
  bool overflowed = false;
  bool operator==(outcome const&) const = default;
};

void push(sambung::sse_decoder& decoder, std::string_view bytes, outcome& out) {
  decoder.push(bytes, [&](sambung::sse_event const& e) {
    if (e.data.size() > limit) std::abort();
    out.events.push_back(std::string(e.event) + '\0' + std::string(e.data) + '\0' + std::string(e.id));
    return true;
  });
  out.overflowed = decoder.overflowed();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  if (size == 0) return 0;
  std::size_t const step = data[0] % 16 + 1;
  std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);

  outcome whole, pieces;
  sambung::sse_decoder one(limit), many(limit);
  push(one, text, whole);
  for (std::size_t i = 0; i < text.size(); i += step) push(many, text.substr(i, step), pieces);
  if (!(whole == pieces)) std::abort();
  return 0;
}
