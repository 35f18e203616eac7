// The strict parser: what it accepts survives being written and parsed again.
#include <sambung/core/json_codec.hpp>

#include <boost/json/serialize.hpp>

#include <cmath>
#include <cstdlib>

namespace {

namespace json = boost::json;

bool same(json::value const& a, json::value const& b);

bool same(json::object const& a, json::object const& b) {
  if (a.size() != b.size()) return false;
  for (auto const& item : a) {
    auto const* other = b.if_contains(item.key());
    if (!other || !same(item.value(), *other)) return false;
  }
  return true;
}

bool same(json::array const& a, json::array const& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same(a[i], b[i])) return false;
  return true;
}

// Boost.JSON 1.81 reads some numbers one unit in the last place off.
bool same(json::value const& a, json::value const& b) {
  if (a.is_double() && b.is_double())
    return std::abs(a.get_double() - b.get_double()) <= std::abs(a.get_double()) * 1e-12;
  if (a.is_object() && b.is_object()) return same(a.get_object(), b.get_object());
  if (a.is_array() && b.is_array()) return same(a.get_array(), b.get_array());
  return a == b;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
  sambung::json_limits limits;
  limits.max_bytes = 65'536;
  auto const parsed = sambung::parse_json({reinterpret_cast<char const*>(data), size}, limits);
  if (!parsed) {
    if (parsed.error().message.empty()) std::abort();
    return 0;
  }
  limits.max_bytes = std::size_t(-1);
  auto const again = sambung::parse_json(json::serialize(*parsed), limits);
  if (!again || !same(*again, *parsed)) std::abort();
  return 0;
}
