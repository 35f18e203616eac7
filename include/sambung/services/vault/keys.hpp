// keys: the vault. Keys to model vendors, of a user or of a tenant, encrypted, each bound to a provider and its host.
// Reached by workspace::keys().
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/record.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/provider_key.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/security/secret.hpp>
#include <sambung/services/base/core_ref.hpp>

#include <memory>
#include <optional>

namespace sambung {

struct key_request {
  key_request() = default;
  key_request(std::string provider_, secret_string key_, key_owner owner_ = key_owner::user, std::string name_ = {})
      : provider(std::move(provider_)), key(std::move(key_)), owner(owner_), name(std::move(name_)) {}

  std::string provider;  // as the registry names it; one that takes keys
  secret_string key;     // 8 to 4,096 bytes of printable ASCII without spaces
  key_owner owner = key_owner::user;
  std::string name;  // empty: the provider's
};
SAMBUNG_DESCRIBE_STRUCT(key_request, (), (provider, key, owner, name))
SAMBUNG_API record_description describe_record(record_of<key_request>);

struct key_update {
  key_update() = default;

  std::int64_t revision = 0;  // of the key that the caller saw
  std::optional<std::string> name;
  std::optional<key_state> state;
};
SAMBUNG_DESCRIBE_STRUCT(key_update, (), (revision, name, state))
SAMBUNG_API record_description describe_record(record_of<key_update>);

// A call to a provider uses the caller's own active key, else the tenant's, else the operator's; of several the newest.
//
// Thread safety: safe to use from any thread. Lifetime: as for chats. Throws sambung::error: errc::permission_denied
// without key_own, or key_tenant for a tenant's key; errc::not_found for another user's key. No verb gives a key back:
// in what they give provider_key::envelope is empty. A change is felt by every engine within two seconds.
class SAMBUNG_API keys {
 public:
  // errc::invalid_argument for an unknown provider, for one that takes no keys, for a malformed key; errc::unsupported
  // without SAMBUNG_SECRET (auth_options::secrets); errc::quota_exceeded over 100 keys of one owner.
  task<provider_key> create(key_request request) const;
  // One's own, and the tenant's with key_tenant. Newest first.
  task<page<provider_key>> list(page_request which = page_request()) const;
  // Replaces the key itself, for the same host; the old one is gone at once. errc::conflict for a stale revision,
  // errc::invalid_argument and unsupported as create().
  task<provider_key> rotate(provider_key_id id, secret_string key, std::int64_t revision) const;
  // errc::conflict for a stale revision.
  task<provider_key> update(provider_key_id id, key_update changes) const;
  // errc::conflict when it was changed at the same time.
  task<void> remove(provider_key_id id) const;

 private:
  friend class workspace;
  keys(std::shared_ptr<engine_core> core, principal who);

  detail::core_ref core_;
  principal who_;
};

}  // namespace sambung
