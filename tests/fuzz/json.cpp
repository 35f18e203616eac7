// The strict parser: what it accepts survives being written and parsed again.
#include <sambung/core/json_codec.hpp>

#include <boost/json/serialize.hpp>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  sambung::json_limits limits;
  limits.max_bytes = 65'536;
  auto const parsed = sambung::parse_json({reinterpret_cast<char const*>(data), size}, limits);
  if (!parsed) {
    if (parsed.error().message.empty()) std::abort();
    return 0;
  }
  limits.max_bytes = std::size_t(-1);
  auto const again = sambung::parse_json(boost::json::serialize(*parsed), limits);
  if (!again || *again != *parsed) std::abort();
  return 0;
}
