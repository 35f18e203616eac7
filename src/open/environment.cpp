#include <sambung/open/environment.hpp>

#include <cstdlib>

namespace sambung {

environment process_environment() {
  return [](std::string const& name) -> std::optional<std::string> {
    char const* value = std::getenv(name.c_str());
    if (!value || !*value) return std::nullopt;
    return value;
  };
}

}  // namespace sambung
