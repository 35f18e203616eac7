#include "core/case_folding.hpp"

#include "core/text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace sambung {
namespace {

struct freed_text {
  void operator()(void* memory) const { std::free(memory); }
};

// `text` decomposed, `how` done to it.
std::optional<std::string> mapped(std::string_view text, int how) {
  utf8proc_uint8_t* made = nullptr;
  auto const size =
      utf8proc_map(reinterpret_cast<utf8proc_uint8_t const*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &made, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | how));
  std::unique_ptr<utf8proc_uint8_t, freed_text> const owner(made);
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<char const*>(made), static_cast<std::size_t>(size));
}

}  // namespace

std::optional<std::string> case_folded(std::string_view text) {
  if (std::ranges::none_of(text, [](unsigned char c) { return c >= 0x80; })) return lower_case(text);
  auto const apart = mapped(text, UTF8PROC_DECOMPOSE);
  return apart ? mapped(*apart, UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD) : std::nullopt;
}

}  // namespace sambung
