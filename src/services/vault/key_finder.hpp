// key_finder: with whose key a provider is called: the caller's own, else the tenant's, else the configured one.
#pragma once

#include <sambung/provider/credential.hpp>
#include <sambung/records/provider_key.hpp>
#include <sambung/records/usage_counter.hpp>
#include <sambung/security/envelope.hpp>
#include <sambung/storage/query.hpp>
#include <sambung/storage/scope.hpp>

#include <memory>
#include <mutex>
#include <unordered_map>

namespace sambung {

class engine_core;

// The tenant's keys, or those of `user`. Newest first.
query keys_of(key_owner owner, user_id user);

// Where a stored key belongs; see envelope_place.
envelope_place place_of(scope const& where, provider_key const& key);

// A key that a call is made with.
struct chosen_key {
  key_source source = key_source::configured;
  std::shared_ptr<provider_credential const> credential;  // null for the configured one
};

// Remembers what it found, also that there was nothing, for auth_options::remembered or until something is revoked;
// of keys only their envelopes. Thread safety: safe to use from any thread. Lifetime: `core` outlives it.
class key_finder {
 public:
  static constexpr std::size_t capacity = 10'000;

  explicit key_finder(engine_core& core) : core_(core) {}

  // The answer of find() if it is remembered: without waiting and without a coroutine. Throws as find().
  std::optional<chosen_key> remembered(scope const& where, user_id user, std::string const& provider_name) const;

  // `host` is the provider's key_host(). Throws error: errc::data_loss for a key that does not open, never the next
  // one instead: somebody else would pay; storage's failures.
  task<chosen_key> find(scope where, user_id user, std::string provider_name, std::string host);

 private:
  struct sealed_key {
    std::string envelope;
    envelope_place place;
    key_source source;
  };
  using found_key = std::shared_ptr<sealed_key const>;  // null: none, so the configured one
  struct place_in_cache {
    scope where;
    user_id user;
    std::string provider;
    friend bool operator==(place_in_cache const&, place_in_cache const&) = default;
  };
  struct place_hash {
    std::size_t operator()(place_in_cache const& place) const {
      return std::hash<user_id>()(place.user) ^ std::hash<std::string>()(place.provider);
    }
  };
  struct entry {
    found_key key;
    std::uint64_t generation;
    timestamp until;
  };

  task<found_key> look_up(scope where, user_id user, std::string provider_name, std::string host) const;
  chosen_key opened(sealed_key const* found) const;
  void keep(place_in_cache place, entry what);
  bool is_fresh(entry const& remembered, timestamp now) const;

  engine_core& core_;
  mutable std::mutex mutex_;
  std::unordered_map<place_in_cache, entry, place_hash> entries_;
};

}  // namespace sambung
