#include "core/sha256.hpp"

#include <sambung/core/error.hpp>

#include <openssl/sha.h>

namespace sambung {

std::array<unsigned char, 32> sha256(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  if (!SHA256(reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size(), digest.data()))
    throw error(errc::internal, "SHA-256 failed");
  return digest;
}

std::string sha256_hex(std::string_view bytes) {
  auto const digest = sha256(bytes);
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (auto const byte : digest) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace sambung
