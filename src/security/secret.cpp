#include <sambung/security/secret.hpp>

#include "core/sha256.hpp"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <memory>

namespace sambung {

result<secret_ring> secret_ring::make(std::vector<secret_string> secrets) {
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    auto const text = secrets[i].view();
    if (text.size() < min_bytes) return failure(errc::invalid_argument, "a secret has at least 32 bytes");
    if (text.find_first_not_of(text.front()) == text.npos)
      return failure(errc::invalid_argument, "a secret is not one character over and over");
    for (std::size_t earlier = 0; earlier < i; ++earlier)
      if (secrets[earlier].view() == text) return failure(errc::invalid_argument, "two secrets are alike");
  }
  secret_ring made;
  made.secrets_ = std::move(secrets);
  return made;
}

secret_string secret_ring::derive(std::size_t which, std::string_view info) const {
  auto const secret = secrets_[which].view();
  std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> const kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr), EVP_KDF_free);
  std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> const context(EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free);
  char digest[] = "SHA256";
  OSSL_PARAM const parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, const_cast<char*>(secret.data()), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, const_cast<char*>(info.data()), info.size()),
      OSSL_PARAM_construct_end()};
  std::string key(32, '\0');
  if (!context ||
      EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(key.data()), key.size(), parameters) != 1)
    throw error(errc::internal, "OpenSSL derives no key");
  return secret_string(std::move(key));
}

std::string secret_ring::name(std::size_t which) const {
  auto const named = derive(which, "sambung secret name");
  return sha256_hex(named.view()).substr(0, 8);
}

}  // namespace sambung
