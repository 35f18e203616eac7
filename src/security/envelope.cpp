#include <sambung/security/envelope.hpp>

#include "core/base64url.hpp"

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <optional>

namespace sambung {
namespace {

constexpr int newest_version = 1;
constexpr std::string_view prefix = "v1.";
constexpr std::string_view purpose = "sambung vault v1";
constexpr std::size_t name_letters = 8;
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t nonce_letters = 16;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t max_sealed_bytes = max_envelope_plaintext + tag_bytes;
constexpr std::size_t max_sealed_letters = (max_sealed_bytes * 4 + 2) / 3;

struct parts {
  std::string_view name;  // of the secret
  std::string nonce;
  std::string sealed;  // ciphertext and tag
};

std::optional<parts> take_apart(std::string_view envelope) {
  if (!envelope.starts_with(prefix)) return std::nullopt;
  envelope.remove_prefix(prefix.size());
  constexpr auto head = name_letters + 1 + nonce_letters + 1;
  if (envelope.size() < head || envelope.size() > head + max_sealed_letters) return std::nullopt;
  if (envelope[name_letters] != '.' || envelope[head - 1] != '.') return std::nullopt;
  auto nonce = from_base64url(envelope.substr(name_letters + 1, nonce_letters));
  auto sealed = from_base64url(envelope.substr(head));
  if (!nonce || !sealed || sealed->size() < tag_bytes) return std::nullopt;
  return parts{envelope.substr(0, name_letters), *std::move(nonce), *std::move(sealed)};
}

void append(std::string& to, std::string_view part) {
  auto const size = static_cast<std::uint32_t>(part.size());
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(size >> shift & 0xFF);
  to += part;
}

std::string_view bytes_of(uuid const& id) { return {reinterpret_cast<char const*>(id.bytes.data()), id.bytes.size()}; }

std::string additional_data(std::string_view name, envelope_place const& where) {
  std::string all;
  append(all, prefix);
  append(all, name);
  append(all, bytes_of(where.tenant.value));
  append(all, where.owner);
  append(all, where.provider);
  append(all, where.host);
  append(all, bytes_of(where.row));
  return all;
}

using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

unsigned char const* in(std::string_view text) { return reinterpret_cast<unsigned char const*>(text.data()); }
unsigned char* out(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

[[noreturn]] void no_cipher() { throw error(errc::internal, "OpenSSL offers no AES-256-GCM"); }

std::string encrypt(std::string_view plain, std::string_view key, std::string_view nonce, std::string_view bound) {
  cipher_context const context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string sealed(plain.size() + tag_bytes, '\0');
  int done = 0;
  if (!context || EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, in(key), in(nonce)) != 1 ||
      EVP_EncryptUpdate(context.get(), nullptr, &done, in(bound), static_cast<int>(bound.size())) != 1 ||
      EVP_EncryptUpdate(context.get(), out(sealed), &done, in(plain), static_cast<int>(plain.size())) != 1 ||
      EVP_EncryptFinal_ex(context.get(), out(sealed) + plain.size(), &done) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, out(sealed) + plain.size()) != 1)
    no_cipher();
  return sealed;
}

std::optional<secret_string> decrypt(std::string_view sealed, std::string_view key, std::string_view nonce,
                                     std::string_view bound) {
  cipher_context const context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string tag(sealed.substr(sealed.size() - tag_bytes));
  sealed.remove_suffix(tag_bytes);
  std::string plain(sealed.size(), '\0');
  int done = 0;
  if (!context || EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, in(key), in(nonce)) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, out(tag)) != 1 ||
      EVP_DecryptUpdate(context.get(), nullptr, &done, in(bound), static_cast<int>(bound.size())) != 1 ||
      EVP_DecryptUpdate(context.get(), out(plain), &done, in(sealed), static_cast<int>(sealed.size())) != 1)
    no_cipher();
  secret_string opened(std::move(plain));
  unsigned char nothing_more[tag_bytes];
  if (EVP_DecryptFinal_ex(context.get(), nothing_more, &done) != 1) return std::nullopt;
  return opened;
}

}  // namespace

result<std::string> seal(secret_string const& plain, envelope_place const& where, secret_ring const& secrets,
                         random_source& random) {
  if (secrets.empty()) return failure(errc::unsupported, "nothing can be kept secret without the operator's secret");
  if (plain.view().size() > max_envelope_plaintext)
    return failure(errc::payload_too_large, "the secret is longer than 4096 bytes");
  auto const name = secrets.name(0);
  auto const key = secrets.derive(0, purpose);
  std::string nonce(nonce_bytes, '\0');
  random.fill(std::as_writable_bytes(std::span(nonce)));
  auto const sealed = encrypt(plain.view(), key.view(), nonce, additional_data(name, where));
  return std::string(prefix) + name + '.' + to_base64url(nonce) + '.' + to_base64url(sealed);
}

result<secret_string> open_envelope(std::string_view envelope, envelope_place const& where, secret_ring const& secrets,
                                    int minimum_version) {
  failure const closed(errc::data_loss, "the stored secret does not open");
  auto const found = take_apart(envelope);
  if (!found || newest_version < minimum_version) return closed;
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    if (secrets.name(i) != found->name) continue;
    auto const key = secrets.derive(i, purpose);
    if (auto opened = decrypt(found->sealed, key.view(), found->nonce, additional_data(found->name, where)))
      return *std::move(opened);
  }
  return closed;
}

bool is_current(std::string_view envelope, secret_ring const& secrets) {
  auto const found = take_apart(envelope);
  return found && !secrets.empty() && found->name == secrets.name(0);
}

}  // namespace sambung
