// Any bytes, any split: the same lines, within bounds.
#include "provider/wires/ndjson.hpp"

#include <cstdlib>
#include <vector>

namespace {

constexpr std::size_t limit = 256;

struct outcome {
  std::vector<std::string> lines;
  std::string tail;
  bool overflowed = false;
  bool operator==(outcome const&) const = default;
};

outcome decode(std::string_view text, std::size_t step) {
  sambung::ndjson_decoder decoder(limit);
  outcome out;
  for (std::size_t i = 0; i < text.size(); i += step)
    decoder.push(text.substr(i, step), [&](std::string_view line) {
      if (line.empty() || line.size() > limit) std::abort();
      out.lines.emplace_back(line);
      return true;
    });
  out.overflowed = decoder.overflowed();
  if (!out.overflowed) out.tail = decoder.tail();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);

  if (!(decode(text, size) == decode(text, data[0] % 16 + 1))) std::abort();
  return 0;
}
