#include "services/auth/password_change.hpp"

#include "services/auth/auth_state.hpp"
#include "services/auth/session_ending.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"

namespace sambung {
namespace {

change stored(engine_core& core, user_id user, std::optional<password> const& before, std::string hash) {
  auto const now = core.clock->now();
  if (before)
    return update<password>(user)
        .set(&password::hash, std::move(hash))
        .set(&password::updated_at, now)
        .set(&password::revision, before->revision + 1)
        .when(&password::revision, before->revision);
  password made;
  made.user_id = user;
  made.hash = std::move(hash);
  made.updated_at = now;
  return insert(made);
}

}  // namespace

task<std::string> hash_in_pool(engine_core& core, secret_string password) {
  auto work = [&core, password = std::move(password)](std::size_t) -> result<std::string> {
    return hash_password(password, core.auth->options.password_cost, *core.random);
  };
  co_return co_await in_password_pool<std::string>(core, std::move(work));
}

task<std::optional<password>> stored_password(engine_core& core, user_id user) {
  auto const found = co_await system_records<password>(core).get(user);
  if (!found && found.error().code == errc::not_found) co_return std::nullopt;
  co_return found.value();
}

task<void> replace_password(engine_core& core, user_id user, std::optional<password> before, std::string hash,
                            std::optional<session_id> kept, audit_entry entry) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    batch b;
    b.add(stored(core, user, before, hash));
    b.add(require_present(user));
    co_await add_session_ends(core, user, kept, b);
    note_in(b, entry);
    auto const written = co_await write_revoking(core, std::move(b));
    if (written) {
      co_await end_sessions(core, user, kept);
      co_return;
    }
    auto const now = co_await stored_password(core, user);
    bool const same = now.has_value() == before.has_value() && (!now || now->revision == before->revision);
    // Otherwise a session ended by itself in between.
    if (!same || !was_overtaken(written.error())) {
      if (same && written.error().code != errc::already_exists) throw error(written.error());
      throw error(errc::conflict, "the password has changed since");
    }
  }
  throw error(errc::conflict, "the sessions of the user kept changing");
}

}  // namespace sambung
