// secret_ring: what everything secret of one deployment is derived from.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/secret.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// The operator's secrets: the first makes everything new, the others still open what was made with them, so that a
// secret can be replaced while the service runs. Cookie signatures, JWT keys and vault keys are derived from them
// (HKDF-SHA256, RFC 5869, one `info` each). Thread safety: const is safe from any thread.
class SAMBUNG_API secret_ring {
 public:
  static constexpr std::size_t min_bytes = 32;

  // errc::invalid_argument for a secret under min_bytes, for one of a single repeated character, for two alike.
  static result<secret_ring> make(std::vector<secret_string> secrets);

  // No secret at all: sessions end with the process, and the vault refuses to store.
  secret_ring() = default;
  bool empty() const { return secrets_.empty(); }
  std::size_t size() const { return secrets_.size(); }

  // The secret itself. Precondition: which < size().
  secret_string const& at(std::size_t which) const { return secrets_[which]; }

  // 32 bytes for one purpose. Precondition: which < size().
  secret_string derive(std::size_t which, std::string_view info) const;

  // 8 lower-case hexadecimal digits that name a secret and tell nothing about it. Precondition: which < size().
  std::string name(std::size_t which) const;

 private:
  std::vector<secret_string> secrets_;
};

}  // namespace sambung
