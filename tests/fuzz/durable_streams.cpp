// The query of a Durable Stream's reader: what is read of it is what its positions are written as.
#include "carriers/durable_streams/stream_request.hpp"
#include "carriers/durable_streams/stream_wire.hpp"
#include "http/server/entity_tag.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sambung::durable_streams;
  std::string_view const bytes(reinterpret_cast<char const*>(data), size);
  if (auto const number = decode_offset(bytes); number && encode_offset(*number) != bytes) std::abort();
  auto const wanted = decode_request(bytes);
  if (wanted && (wanted->after < 0 || decode_offset(encode_offset(wanted->after)) != wanted->after)) std::abort();
  if (wanted && next_cursor({}, wanted->cursor, size) <= wanted->cursor) std::abort();
  (void)sambung::serving::names_tag(bytes, "\"a:1\"");
  return 0;
}
