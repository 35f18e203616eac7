// Setting passwords: the slow part in the engine's pool, what follows from a new one in its batch.
#pragma once

#include <sambung/records/password.hpp>
#include <sambung/security/password_hash.hpp>

#include "services/base/audit_log.hpp"
#include "services/base/engine_core.hpp"

#include <optional>

namespace sambung {

// Throws error(errc::unavailable) when too many wait.
task<std::string> hash_in_pool(engine_core& core, secret_string password);

// Empty for a user without one.
task<std::optional<password>> stored_password(engine_core& core, user_id user);

// Stores a hash in place of `before` and ends every session but `kept`, in one batch as far as that fits. Throws
// error(errc::conflict) when `before` is not what is stored.
task<void> replace_password(engine_core& core, user_id user, std::optional<password> before, std::string hash,
                            std::optional<session_id> kept, audit_entry entry);

}  // namespace sambung
