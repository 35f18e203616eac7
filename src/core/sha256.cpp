#include "core/sha256.hpp"

#include <sambung/core/error.hpp>

#include <openssl/sha.h>

namespace sambung {

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  if (!SHA256(reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size(), digest))
    throw error(errc::internal, "SHA-256 failed");
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * sizeof digest);
  for (auto const byte : digest) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace sambung
