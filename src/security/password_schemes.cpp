#include "security/password_schemes.hpp"

#include <sambung/security/password_hash.hpp>

#include "security/hmac.hpp"

#include <crypt.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

namespace sambung::passwords {
namespace {

constexpr std::string_view crypt_letters = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view hex_letters = "0123456789abcdef";
constexpr std::size_t bcrypt_size = 60;
constexpr std::size_t better_auth_salt = 32;
constexpr std::size_t better_auth_key = 128;
constexpr std::uint32_t max_sha_rounds = 1'000'000;

// What crypt_gensalt makes of moderate costs: memory up to 128 MiB.
constexpr std::string_view bounded_settings[] = {
    "$y$j75$",  "$y$j85$",  "$y$j7T$",        "$y$j8T$",        "$y$j9T$",        "$y$jAT$",        "$y$jBT$",
    "$y$jCT$",  "$gy$j75$", "$gy$j85$",       "$gy$j7T$",       "$gy$j8T$",       "$gy$j9T$",       "$gy$jAT$",
    "$gy$jBT$", "$gy$jCT$", "$7$BU..../....", "$7$CU..../....", "$7$DU..../....", "$7$EU..../....", "$1$"};

bool consists_of(std::string_view text, std::string_view letters) {
  return text.find_first_not_of(letters) == text.npos;
}

// 0 when it is none.
int bcrypt_cost(std::string_view hash) {
  if (hash.size() != bcrypt_size || !consists_of(hash.substr(7), crypt_letters)) return 0;
  if (!hash.starts_with("$2a$") && !hash.starts_with("$2b$") && !hash.starts_with("$2y$")) return 0;
  if (!consists_of(hash.substr(4, 2), "0123456789") || hash[6] != '$') return 0;
  int const cost = 10 * (hash[4] - '0') + (hash[5] - '0');
  return cost >= min_password_cost && cost <= max_password_cost ? cost : 0;
}

bool has_bounded_rounds(std::string_view hash) {
  if (!hash.starts_with("$5$") && !hash.starts_with("$6$")) return false;
  constexpr std::string_view named = "rounds=";
  hash.remove_prefix(3);
  if (!hash.starts_with(named)) return true;
  hash.remove_prefix(named.size());
  std::uint32_t rounds = 0;
  auto const [end, fault] = std::from_chars(hash.data(), hash.data() + hash.size(), rounds);
  return fault == std::errc() && rounds <= max_sha_rounds;
}

bool is_other_crypt(std::string_view hash) {
  if (hash.size() >= CRYPT_OUTPUT_SIZE || hash.find_first_of(std::string_view("\0:;*!\\", 6)) != hash.npos)
    return false;
  if (std::ranges::any_of(hash, [](unsigned char c) { return c <= ' ' || c > '~'; })) return false;
  return has_bounded_rounds(hash) ||
         std::ranges::any_of(bounded_settings, [&](auto setting) { return hash.starts_with(setting); });
}

bool is_better_auth(std::string_view hash) {
  return hash.size() == better_auth_salt + 1 + better_auth_key && hash[better_auth_salt] == ':' &&
         consists_of(hash.substr(0, better_auth_salt), hex_letters) &&
         consists_of(hash.substr(better_auth_salt + 1), hex_letters);
}

// libxcrypt reads C strings, and leaves the password behind in its working memory.
struct crypt_memory {
  crypt_memory() = default;
  crypt_memory(crypt_memory const&) = delete;
  crypt_memory& operator=(crypt_memory const&) = delete;
  ~crypt_memory() { OPENSSL_cleanse(this, sizeof *this); }

  crypt_data data{};
  std::array<char, max_password_bytes + 1> phrase{};
};

// Empty when libxcrypt refuses.
std::string crypt(secret_string const& password, std::string const& setting) {
  if (password.view().size() > max_password_bytes) throw error(errc::internal, "a password is too long to be hashed");
  auto const memory = std::make_unique<crypt_memory>();
  std::ranges::copy(password.view(), memory->phrase.begin());
  auto const* made = crypt_rn(memory->phrase.data(), setting.c_str(), &memory->data, sizeof memory->data);
  return made ? made : std::string();
}

std::string to_hex(std::string_view bytes) {
  std::string text;
  for (unsigned char const byte : bytes) {
    text += hex_letters[byte >> 4];
    text += hex_letters[byte & 15];
  }
  return text;
}

// As Better Auth calls it: the salt is the hexadecimal text itself.
std::string scrypt(std::string_view password, std::string_view salt) {
  std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> const kdf(EVP_KDF_fetch(nullptr, "SCRYPT", nullptr), EVP_KDF_free);
  std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> const context(EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free);
  std::uint64_t n = 16'384;
  std::uint32_t r = 16;
  std::uint32_t p = 1;
  std::uint64_t max_memory = 64 << 20;
  OSSL_PARAM const parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, const_cast<char*>(password.data()), password.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, const_cast<char*>(salt.data()), salt.size()),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &max_memory),
      OSSL_PARAM_construct_end()};
  std::string key(better_auth_key / 2, '\0');
  if (!context ||
      EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(key.data()), key.size(), parameters) != 1)
    throw error(errc::internal, "OpenSSL makes no scrypt hash");
  return key;
}

bool fits_better_auth(std::string_view hash, secret_string const& password) {
  auto const text = normalized(password.view(), normal_form::kc).value();
  auto const key = scrypt(text.view(), hash.substr(0, better_auth_salt));
  return equal_in_constant_time(to_hex(key), hash.substr(better_auth_salt + 1));
}

// Code points of a password, wiped when they go; one more than asked for, where utf8proc ends the text.
class code_points {
 public:
  explicit code_points(std::size_t count) : values_(count + 1) {}
  code_points(code_points const&) = delete;
  code_points& operator=(code_points const&) = delete;
  ~code_points() { OPENSSL_cleanse(values_.data(), values_.size() * sizeof(utf8proc_int32_t)); }

  utf8proc_int32_t* data() { return values_.data(); }
  utf8proc_ssize_t size() const { return static_cast<utf8proc_ssize_t>(values_.size() - 1); }

 private:
  std::vector<utf8proc_int32_t> values_;
};

}  // namespace

stored_form form_of(std::string_view hash) {
  if (int const cost = bcrypt_cost(hash)) return {scheme::bcrypt, cost};
  if (is_better_auth(hash)) return {scheme::better_auth, 0};
  if (is_other_crypt(hash)) return {scheme::other_crypt, 0};
  return {};
}

bool fits(std::string_view hash, passwords::scheme scheme, secret_string const& password) {
  if (scheme == scheme::better_auth) return fits_better_auth(hash, password);
  return equal_in_constant_time(crypt(password, std::string(hash)), hash);
}

std::string bcrypt(secret_string const& password, std::string const& setting) {
  auto made = crypt(password, setting);
  if (made.size() != bcrypt_size) throw error(errc::internal, "libxcrypt makes no bcrypt hash");
  return made;
}

result<secret_string> normalized(std::string_view text, normal_form form) {
  auto const* bytes = reinterpret_cast<utf8proc_uint8_t const*>(text.data());
  auto const length = static_cast<utf8proc_ssize_t>(text.size());
  int const kind = form == normal_form::kc ? UTF8PROC_COMPAT : 0;
  auto const options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | kind);
  auto const count = utf8proc_decompose(bytes, length, nullptr, 0, options);
  if (count < 0) return failure(errc::invalid_argument, "the text is not valid UTF-8");
  code_points points(static_cast<std::size_t>(count));
  utf8proc_decompose(bytes, length, points.data(), points.size(), options);
  auto const size = utf8proc_reencode(points.data(), count, options);
  if (size < 0) return failure(errc::invalid_argument, "the text has no normal form");
  return secret_string(std::string(reinterpret_cast<char const*>(points.data()), static_cast<std::size_t>(size)));
}

}  // namespace sambung::passwords
