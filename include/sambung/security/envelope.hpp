// envelope: how the vault keeps a secret: AES-256-GCM under a key derived from the operator's secret, bound to where it
// belongs. "v1.<secret's name>.<nonce>.<ciphertext and tag>", the last two in base64url.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/id.hpp>
#include <sambung/security/secret.hpp>

namespace sambung {

// Where a secret belongs: the additional authenticated data, each part with its length in front. An envelope that is
// moved to another row, tenant, owner, provider or host does not open.
struct envelope_place {
  envelope_place(tenant_id tenant_, std::string owner_, std::string provider_, std::string host_, uuid row_)
      : tenant(tenant_), owner(std::move(owner_)), provider(std::move(provider_)), host(std::move(host_)), row(row_) {}

  tenant_id tenant;
  std::string owner;  // "tenant", or "user/<id>"
  std::string provider;
  std::string host;
  uuid row;
};

inline constexpr std::size_t max_envelope_plaintext = 4'096;

// Under the ring's first secret, with a fresh random 96-bit nonce. errc::unsupported with an empty ring,
// errc::payload_too_large over max_envelope_plaintext.
SAMBUNG_API result<std::string> seal(secret_string const& plain, envelope_place const& where,
                                     secret_ring const& secrets, random_source& random);

// errc::data_loss, always with the same message, for anything that does not open here: changed, cut, moved, of a secret
// that is not in the ring, of a version under `minimum_version`.
SAMBUNG_API result<secret_string> open_envelope(std::string_view envelope, envelope_place const& where,
                                                secret_ring const& secrets, int minimum_version = 1);

// Whether it is under the ring's first secret and the newest version: if not, it is due to be sealed again.
SAMBUNG_API bool is_current(std::string_view envelope, secret_ring const& secrets);

}  // namespace sambung
