// api_tokens: bearer tokens of users. Reached by engine::api_tokens().
#pragma once

#include <sambung/core/task.hpp>
#include <sambung/records/api_token.hpp>
#include <sambung/security/principal.hpp>

#include <memory>

namespace sambung {

class engine_core;

// A token in clear: shown once, stored nowhere.
struct issued_token {
  api_token record;
  std::string secret;  // "smb_" and 43 characters of base64url: 32 random bytes
};

// Thread safety: safe to use from any thread. Lifetime: as for chats. Throws sambung::error.
class api_tokens {
 public:
  explicit api_tokens(std::shared_ptr<engine_core> core);

  task<issued_token> create(tenant_id tenant, user_id user, std::string name);

  // Whether the user has one.
  task<bool> any(tenant_id tenant, user_id user);

  // Who presents `secret`. errc::unauthenticated for anything that is not a valid token. A look-up that succeeded is
  // remembered for a few seconds.
  task<principal> authenticate(std::string_view secret);

 private:
  std::shared_ptr<engine_core> core_;
};

}  // namespace sambung
