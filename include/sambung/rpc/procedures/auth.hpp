// auth.*: how a client proves who its user is.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/registry.hpp>
#include <sambung/services/auth/auth.hpp>

namespace sambung {

// auth.signIn, auth.signUp, auth.signOut, auth.getSession, auth.getSignUpPolicy, auth.refresh. They change the client's
// session by call_context::change_session(), or, for a client that asks for `tokens`, leave it alone and give a pair of
// tokens.
SAMBUNG_API void auth_procedures(procedure_registry& registry, auth service);

struct sign_in_input {
  std::string email;
  std::string password;
  bool remember_me = true;  // the session outlives the browser's run
  bool tokens = false;      // a pair of tokens in place of a cookie
};
SAMBUNG_DESCRIBE_STRUCT(sign_in_input, (), (email, password, remember_me, tokens))
SAMBUNG_API record_description describe_record(record_of<sign_in_input>);

struct sign_up_input : sign_in_input {
  std::string name;
  std::optional<std::string> invitation;
};
SAMBUNG_DESCRIBE_STRUCT(sign_up_input, (sign_in_input), (name, invitation))
SAMBUNG_API record_description describe_record(record_of<sign_up_input>);

struct refresh_input {
  std::string refresh_token;
};
SAMBUNG_DESCRIBE_STRUCT(refresh_input, (), (refresh_token))
SAMBUNG_API record_description describe_record(record_of<refresh_input>);

// A token_pair on its way to a client.
struct token_output {
  std::string access_token;
  std::string refresh_token;
  timestamp expires_at;  // of the access token
};
SAMBUNG_DESCRIBE_STRUCT(token_output, (), (access_token, refresh_token, expires_at))

struct sign_up_policy_output {
  sign_up_policy sign_up = sign_up_policy::closed;
};
SAMBUNG_DESCRIBE_STRUCT(sign_up_policy_output, (), (sign_up))

// A session as its user may see it.
struct session_output {
  session_id id;
  std::optional<sambung::tenant_id> tenant_id;  // the active one
  std::string address;
  std::string user_agent;
  timestamp created_at;
  timestamp updated_at;
  timestamp expires_at;
  bool current = false;  // it is the one that the call came with
};
SAMBUNG_DESCRIBE_STRUCT(session_output, (),
                        (id, tenant_id, address, user_agent, created_at, updated_at, expires_at, current))

// `own`: the caller's session, if the call came with one.
SAMBUNG_API session_output to_session_output(session from, std::optional<session_id> const& own);

struct sign_in_output {
  sambung::user user;
  session_output session;
  std::optional<token_output> tokens;  // when they were asked for
};
SAMBUNG_DESCRIBE_STRUCT(sign_in_output, (), (user, session, tokens))

struct current_session_output {
  sambung::user user;
  std::optional<session_output> session;  // none for an API token
};
SAMBUNG_DESCRIBE_STRUCT(current_session_output, (), (user, session))

}  // namespace sambung
