// secret_string: text that is wiped from memory when it goes.
#pragma once

#include <sambung/core/export.hpp>

#include <string>
#include <string_view>

namespace sambung {

// A key, a password or a token in clear. Does not print, compare or serialise by accident: view() is the one way in.
class SAMBUNG_API secret_string {
 public:
  secret_string() = default;
  explicit secret_string(std::string text) noexcept : text_(std::move(text)) {}
  secret_string(secret_string const&) = default;
  secret_string(secret_string&& other) noexcept;
  secret_string& operator=(secret_string const& other);
  secret_string& operator=(secret_string&& other) noexcept;
  ~secret_string();

  std::string_view view() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

// Overwrites the bytes of `text`, then empties it; not optimised away.
SAMBUNG_API void wipe(std::string& text) noexcept;

}  // namespace sambung
