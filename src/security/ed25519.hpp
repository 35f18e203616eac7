// ed25519: signatures of Ed25519 by keys in PEM.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace sambung {

struct free_ed25519_key {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using ed25519_key = std::unique_ptr<EVP_PKEY, free_ed25519_key>;

// Null for what is no such key, or one under a passphrase.
ed25519_key read_ed25519_private(std::string_view pem);
ed25519_key read_ed25519_public(std::string_view pem);

// `key` is a private one.
std::string sign_ed25519(ed25519_key const& key, std::string_view text);
bool verify_ed25519(ed25519_key const& key, std::string_view text, std::string_view signature);

}  // namespace sambung
