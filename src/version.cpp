#include <sambung/version.hpp>

#define SAMBUNG_TEXT(major, minor, patch) #major "." #minor "." #patch
#define SAMBUNG_TEXT_OF(major, minor, patch) SAMBUNG_TEXT(major, minor, patch)

namespace sambung {

std::string_view library_version() noexcept {
  return SAMBUNG_TEXT_OF(SAMBUNG_VERSION_MAJOR, SAMBUNG_VERSION_MINOR, SAMBUNG_VERSION_PATCH);
}

}  // namespace sambung
