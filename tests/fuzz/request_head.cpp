// The parse guard: any bytes either are refused or give a head whose framing is unambiguous.
#include "http/server/request_head.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const bytes(reinterpret_cast<char const*>(data), size);
  auto const end = sambung::serving::find_head_end(bytes, 0);
  sambung::serving::may_begin_head(bytes, 0);
  if (end == 0) return 0;
  auto const head = sambung::serving::parse_request_head(bytes.substr(0, end), 100);
  if (!head) return 0;
  if (head->chunked && head->content_length) std::abort();
  if (head->value("host").empty() || head->target.front() != '/' || head->fields.size() > 100) std::abort();
  return 0;
}
