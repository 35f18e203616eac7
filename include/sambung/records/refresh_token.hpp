#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

enum class refresh_token_state { fresh, used };
SAMBUNG_DESCRIBE_ENUM(refresh_token_state, fresh, used)

// A token that is exchanged once for an access token and its own successor. The tokens of one session are a family: a
// used one that comes again ends the session. A system record.
struct refresh_token {
  refresh_token_id id;
  sambung::session_id session_id;
  std::string hash;  // of the token, 64 hexadecimal digits
  refresh_token_state state = refresh_token_state::fresh;
  timestamp created_at;
  timestamp expires_at;
};
SAMBUNG_DESCRIBE_STRUCT(refresh_token, (), (id, session_id, hash, state, created_at, expires_at))

SAMBUNG_API record_description describe_record(record_of<refresh_token>);

}  // namespace sambung
