// Any bytes, any split, with and without the fast path, with and without the vendor's chunks kept: the same events.
#include "provider/wires/openai_stream.hpp"
#include "stream_outcome.hpp"

namespace {

using fast_path = sambung::openai_stream_decoder::fast_path;

using sambung::vendor_form;

sambung::fuzz::outcome decode(std::string_view text, std::size_t step, fast_path fast,
                              vendor_form form = vendor_form::dropped) {
  sambung::openai_stream_decoder decoder(sambung::secret_string("secret"), 4'096, form, fast);
  auto out = sambung::fuzz::decode(decoder, text, step);
  std::erase_if(out.events, [](auto const& event) { return std::holds_alternative<sambung::vendor_chunk>(event); });
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);

  auto const whole = decode(text, size, fast_path::on);
  if (!(decode(text, data[0] % 32 + 1, fast_path::on) == whole)) std::abort();
  if (!(decode(text, size, fast_path::off) == whole)) std::abort();
  if (!(decode(text, size, fast_path::on, vendor_form::kept) == whole)) std::abort();
  return 0;
}
