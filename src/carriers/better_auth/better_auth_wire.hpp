// Better Auth's email-and-password and session endpoints as a server speaks them: pure functions from bytes to requests
// and from records to bytes.
// Source: better-auth 1.7.7, its client and packages/better-auth/src/api/routes; see docs/reference/http.md.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/secret.hpp>
#include <sambung/services/tenancy/account.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sambung::better_auth {

enum class action {
  ok,
  sign_up,
  sign_in,
  sign_out,
  get_session,
  list_sessions,
  revoke_session,
  revoke_sessions,
  revoke_other_sessions,
  change_password,
  update_user,
};

struct endpoint {
  action what;
  std::string_view path;    // behind "/api/auth"
  std::string_view method;  // the only one it has
  // The procedure that does the same: what it demands of its caller and its class of requests count here too.
  std::string_view like;
};

std::span<endpoint const> endpoints() noexcept;

// Null for every other path, however it is spelt.
endpoint const* find_endpoint(std::string_view path) noexcept;

// What follows gives errc::invalid_argument with every issue. Unknown fields are tolerated: real clients send extras.

struct credentials {
  credentials() = default;

  std::string email;
  secret_string password;
  std::string name;                       // of a sign-up
  std::optional<std::string> invitation;  // of a sign-up
  bool remember_me = true;
};
result<credentials> decode_sign_up(std::string_view body);
result<credentials> decode_sign_in(std::string_view body);

struct password_change {
  password_change() = default;

  secret_string current;
  secret_string wanted;
};
result<password_change> decode_password_change(std::string_view body);

// Name and image; an image of null removes it. The revision is the caller's to add. An issue "email" for whoever wants
// to change that.
result<profile_update> decode_profile_update(std::string_view body);

// The session that "token" names: a listed session's token is its id. Empty when it names none.
result<std::optional<session_id>> decode_session_reference(std::string_view body);

std::string encode_signed_up(user const& who, std::string_view token);
// Never asks for a redirect.
std::string encode_signed_in(user const& who, std::string_view token);
std::string encode_session(session const& its, user const& who);
std::string encode_sessions(std::span<session const> all);
std::string encode_password_changed(user const& who);

inline constexpr std::string_view no_session = "null";
inline constexpr std::string_view alive = R"({"ok":true})";
inline constexpr std::string_view done = R"({"status":true})";
inline constexpr std::string_view signed_out = R"({"success":true})";

// {"code", "message"}: the code is the errc's.
std::string encode_error(failure const& why);
std::string encode_error(std::string_view code, std::string_view message);

// A failure that Better Auth has a code of its own for.
struct known_error {
  int status;
  std::string_view code;
  std::string_view message;
};

// `password_bytes`: the length of the password that was to be set, as it came.
std::optional<known_error> find_known_error(action what, failure const& why, std::size_t password_bytes);

}  // namespace sambung::better_auth
