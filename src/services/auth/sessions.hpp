// sessions: how they begin, go on and end. Everything here that awaits throws what storage fails with.
#pragma once

#include <sambung/records/audit_entry.hpp>
#include <sambung/services/auth/auth.hpp>

#include "services/base/audit_log.hpp"

namespace sambung {

// The oldest sessions of a user go when there are more.
inline constexpr std::size_t max_sessions = 100;

// A session that is not stored yet, with its token in clear.
struct new_session {
  session record;
  secret_string token;
};
new_session make_session(engine_core const& core, user_id user, std::optional<tenant_id> active,
                         request_origin const& from);

// What is noted in the audit log when something happens to a session: its user did it, in its tenant.
audit_entry entry_of(engine_core const& core, session const& what, std::string action, request_origin from);

// Empty once it has ended or expired.
task<std::optional<session>> live_session(engine_core const& core, session_id id);
task<std::optional<session>> live_session(engine_core const& core, std::string_view token);

// When it is to be extended next.
timestamp extension_due(engine_core const& core, session const& of);

// The session as it is stored afterwards. When somebody else changes it at the same time, theirs counts.
task<session> extend_if_due(engine_core const& core, session of);

// Ends it with its family of refresh tokens, and notes `entry`. Does nothing when it has ended already.
task<void> end_session(engine_core& core, session_id id, audit_entry entry);

// Writes a batch that begins a session, together with the end of the one that came with the call, if one did. A batch
// that fails behind its own changes may be tried again.
task<result<receipt>> write_replacing(engine_core& core, batch b, request_origin from);

// Ends the user's oldest sessions while there are too many.
task<void> limit_sessions(engine_core& core, user_id user);

// Removes some of the sessions and refresh tokens that have expired.
task<void> remove_expired(engine_core& core);

}  // namespace sambung
