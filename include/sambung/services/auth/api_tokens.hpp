// api_tokens: bearer tokens of users. Reached by engine::api_tokens() for the operator, by workspace::api_tokens() for
// a user's own.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/record.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/api_token.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/core_ref.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace sambung {

// A token in clear: shown once, stored nowhere.
struct issued_token {
  api_token record;
  std::string secret;  // "smb_" and 43 characters of base64url: 32 random bytes
};
SAMBUNG_DESCRIBE_STRUCT(issued_token, (), (record, secret))

// What a new token may do, and for how long.
struct token_options {
  token_options() = default;
  explicit token_options(permission_set scopes_) : scopes(scopes_) {}

  permission_set scopes = {permission::chat_read, permission::chat_write, permission::model_use};
  std::optional<std::chrono::seconds> lifetime;  // at most 100 years; none: until it is revoked
};
SAMBUNG_DESCRIBE_STRUCT(token_options, (), (scopes, lifetime))
SAMBUNG_API record_description describe_record(record_of<token_options>);

// Thread safety: safe to use from any thread. Lifetime: as for chats. Throws sambung::error.
class SAMBUNG_API api_tokens {
 public:
  // errc::invalid_argument with an issue for each of "name", "scopes", "lifetime"; errc::not_found unless the user is a
  // member of the tenant.
  task<issued_token> create(tenant_id tenant, user_id user, std::string name,
                            token_options how = token_options()) const;

  // Whether the user has one.
  task<bool> any(tenant_id tenant, user_id user) const;

 private:
  friend class engine;
  explicit api_tokens(std::shared_ptr<engine_core> core);

  detail::core_ref core_;
};

// The caller's own tokens for this tenant. Needs token_own.
class SAMBUNG_API own_api_tokens {
 public:
  // errc::permission_denied for scopes that the caller does not have themselves; errc::quota_exceeded over 100, however
  // many are made at once; otherwise as above.
  task<issued_token> create(std::string name, token_options how = token_options()) const;
  // Newest first, without secrets.
  task<page<api_token>> list(page_request which = page_request()) const;
  // errc::not_found for another's.
  task<void> revoke(token_id id) const;

 private:
  friend class workspace;
  own_api_tokens(std::shared_ptr<engine_core> core, principal who);

  detail::core_ref core_;
  principal who_;
};

}  // namespace sambung
