// Any bytes, any split, with and without the fast path: the same events.
#include "provider/openai_wire.hpp"

#include <cstdlib>

namespace {

using fast_path = sambung::openai_stream_decoder::fast_path;

struct outcome {
  std::vector<sambung::completion_event> events;
  std::optional<sambung::failure> why;
  std::string model;
  bool operator==(outcome const&) const = default;
};

outcome decode(std::string_view text, std::size_t step, fast_path fast) {
  sambung::openai_stream_decoder decoder(sambung::secret_string("secret"), 4'096, fast);
  outcome out;
  auto const drain = [&] {
    while (auto event = decoder.next()) out.events.push_back(std::move(*event));
  };
  for (std::size_t i = 0; i < text.size(); i += step) {
    decoder.push(text.substr(i, step));
    drain();
  }
  decoder.end({sambung::errc::unavailable, "broken off"});
  drain();
  if (!decoder.ended()) std::abort();
  out.why = decoder.why();
  out.model = decoder.model();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);

  auto const whole = decode(text, size, fast_path::on);
  if (!(decode(text, data[0] % 32 + 1, fast_path::on) == whole)) std::abort();
  if (!(decode(text, size, fast_path::off) == whole)) std::abort();
  return 0;
}
