#include "security/ed25519.hpp"

#include <sambung/core/error.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>

namespace sambung {
namespace {

constexpr std::size_t max_pem_bytes = 4'096;

struct free_bio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

// What OpenSSL remembers of a failure would be taken for one of whoever uses this thread next.
class forgotten_errors {
 public:
  forgotten_errors() { ERR_set_mark(); }
  forgotten_errors(forgotten_errors const&) = delete;
  forgotten_errors& operator=(forgotten_errors const&) = delete;
  ~forgotten_errors() { ERR_pop_to_mark(); }
};

// Otherwise OpenSSL asks at the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

using pem_reader = EVP_PKEY* (*)(BIO*, EVP_PKEY**, pem_password_cb*, void*);

ed25519_key read_pem(std::string_view pem, pem_reader read) {
  if (pem.size() > max_pem_bytes) return nullptr;
  forgotten_errors const errors;
  std::unique_ptr<BIO, free_bio> const bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  ed25519_key key(bio ? read(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  if (key && EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) key.reset();
  return key;
}

using digest_context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

unsigned char const* bytes(std::string_view text) { return reinterpret_cast<unsigned char const*>(text.data()); }

}  // namespace

ed25519_key read_ed25519_private(std::string_view pem) { return read_pem(pem, PEM_read_bio_PrivateKey); }
ed25519_key read_ed25519_public(std::string_view pem) { return read_pem(pem, PEM_read_bio_PUBKEY); }

std::string sign_ed25519(ed25519_key const& key, std::string_view text) {
  digest_context const context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string signature(64, '\0');
  auto size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes(text),
                     text.size()) != 1)
    throw error(errc::internal, "OpenSSL makes no Ed25519 signature");
  return signature;
}

bool verify_ed25519(ed25519_key const& key, std::string_view text, std::string_view signature) {
  forgotten_errors const errors;
  digest_context const context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
}

}  // namespace sambung
