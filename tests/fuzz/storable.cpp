// What a vendor says that nobody understands: once mended it is read back as it was written, and needs no more mending.
#include "core/storable.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace json = boost::json;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const bytes(reinterpret_cast<char const*>(data), size);
  std::string text(bytes);
  sambung::make_storable(text);
  auto again = text;
  sambung::make_storable(again);
  if (again != text || text.find('\0') != text.npos) std::abort();

  json::parse_options options;
  options.max_depth = 512;
  boost::system::error_code fault;
  auto value = json::parse(bytes, fault, {}, options);
  if (fault || !value.is_object()) return 0;
  auto& object = value.get_object();
  sambung::make_storable(object);
  auto const written = json::serialize(object);
  options.max_depth = sambung::max_opaque_depth;
  auto read = json::parse(written, fault, {}, options);
  if (fault) std::abort();
  auto const before = json::serialize(read);
  sambung::make_storable(read.as_object());
  if (json::serialize(read) != before) std::abort();
  return 0;
}
