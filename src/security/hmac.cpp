#include "security/hmac.hpp"

#include <sambung/core/error.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace sambung {

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::string digest(32, '\0');
  auto const made =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<unsigned char const*>(text.data()),
           text.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  if (!made) throw error(errc::internal, "HMAC-SHA256 failed");
  return digest;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace sambung
