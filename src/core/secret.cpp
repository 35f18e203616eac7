#include <sambung/core/secret.hpp>

#include <openssl/crypto.h>

namespace sambung {

void wipe(std::string& text) noexcept {
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

// A short string lives inside the object, so that moving leaves a copy behind.
secret_string::secret_string(secret_string&& other) noexcept : text_(std::move(other.text_)) { wipe(other.text_); }

secret_string& secret_string::operator=(secret_string const& other) {
  if (this == &other) return *this;
  wipe(text_);
  text_ = other.text_;
  return *this;
}

secret_string& secret_string::operator=(secret_string&& other) noexcept {
  if (this == &other) return *this;
  wipe(text_);
  text_ = std::move(other.text_);
  wipe(other.text_);
  return *this;
}

secret_string::~secret_string() { wipe(text_); }

}  // namespace sambung
