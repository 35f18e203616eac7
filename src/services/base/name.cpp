#include "services/base/name.hpp"

#include <sambung/core/error.hpp>

#include <algorithm>

namespace sambung {
namespace {

bool is_control(unsigned char c) { return c < ' ' || c == 0x7f; }

}  // namespace

std::optional<std::string> name_fault(std::string_view name) {
  if (std::ranges::any_of(name, is_control)) return "must not contain control characters";
  return std::nullopt;
}

void check_name(std::string_view name) {
  if (auto const wrong = name_fault(name))
    throw error(failure(errc::invalid_argument, "name: " + *wrong, {{"name", *wrong}}));
}

}  // namespace sambung
