// Any bytes, any split: the same events.
#include "provider/wires/anthropic_wire.hpp"
#include "stream_outcome.hpp"

namespace {

sambung::fuzz::outcome decode(std::string_view text, std::size_t step) {
  sambung::anthropic_stream_decoder decoder(sambung::secret_string("secret"), 4'096);
  return sambung::fuzz::decode(decoder, text, step);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);

  if (!(decode(text, size) == decode(text, data[0] % 32 + 1))) std::abort();
  (void)sambung::decode_anthropic_answer(text, "secret");
  (void)sambung::decode_anthropic_models(text, "secret");
  return 0;
}
