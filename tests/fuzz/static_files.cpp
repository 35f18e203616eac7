// Paths of files, and the codings that a client takes: what passes is harmless, and there is always an answer.
#include "http/server/accepted_coding.hpp"
#include "http/server/entity_tag.hpp"
#include "server/static_names.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

bool is_harmless(std::string_view name) {
  return !name.starts_with('/') && !name.starts_with('.') && name.find("/.") == name.npos &&
         name.find('%') == name.npos && name.find('\\') == name.npos && name.find("//") == name.npos &&
         name.find('\0') == name.npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace sambung::serving;
  std::string_view const bytes(reinterpret_cast<char const*>(data), size);
  if (is_file_name(bytes) && !is_harmless(bytes)) std::abort();
  if (matches_page(bytes, "/c/*") && (!bytes.starts_with("/c/") || !is_harmless(bytes.substr(1)))) std::abort();
  request_head head;
  head.fields.push_back({"accept-encoding", bytes});
  if (accepted_coding(head, coding_choice()) != content_coding::identity) std::abort();
  coding_choice every;
  every.gzip = every.brotli = true;
  (void)accepted_coding(head, every);
  (void)names_tag(bytes, "\"a\"");
  return 0;
}
