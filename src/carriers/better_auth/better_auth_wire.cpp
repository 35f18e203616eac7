#include "carriers/better_auth/better_auth_wire.hpp"

#include "rpc/procedures/credential_input.hpp"

#include <sambung/core/json_codec.hpp>
#include <sambung/security/password_hash.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace sambung::better_auth {
namespace {

namespace json = boost::json;

constexpr endpoint table[] = {
    {action::ok, "/ok", "GET", "healthCheck"},
    {action::sign_up, "/sign-up/email", "POST", "auth.signUp"},
    {action::sign_in, "/sign-in/email", "POST", "auth.signIn"},
    {action::sign_out, "/sign-out", "POST", "auth.signOut"},
    {action::get_session, "/get-session", "GET", "auth.getSession"},
    {action::list_sessions, "/list-sessions", "GET", "user.listSessions"},
    {action::revoke_session, "/revoke-session", "POST", "user.revokeSession"},
    {action::revoke_sessions, "/revoke-sessions", "POST", "user.revokeOtherSessions"},
    {action::revoke_other_sessions, "/revoke-other-sessions", "POST", "user.revokeOtherSessions"},
    {action::change_password, "/change-password", "POST", "user.changePassword"},
    {action::update_user, "/update-user", "POST", "user.updateSettings"},
};

struct error_row {
  action what;
  errc code;
  std::string_view issue;  // the path that must be among the issues; empty: any failure of that code
  known_error known;
};

constexpr error_row error_table[] = {
    {action::sign_in,
     errc::unauthenticated,
     {},
     {401, "INVALID_EMAIL_OR_PASSWORD", "the email address or the password is wrong"}},
    {action::sign_in, errc::invalid_argument, "email", {400, "INVALID_EMAIL", "not an email address"}},
    {action::sign_up,
     errc::permission_denied,
     {},
     {400, "EMAIL_PASSWORD_SIGN_UP_DISABLED", "signing up is not open here"}},
    {action::sign_up,
     errc::already_exists,
     {},
     {422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", "this address cannot be used to sign up"}},
    {action::sign_up, errc::invalid_argument, "email", {400, "INVALID_EMAIL", "not an email address"}},
    {action::change_password,
     errc::invalid_argument,
     "currentPassword",
     {400, "INVALID_PASSWORD", "the current password is wrong"}},
    {action::update_user,
     errc::invalid_argument,
     "email",
     {400, "EMAIL_CAN_NOT_BE_UPDATED", "the address cannot be changed"}},
};

constexpr known_error too_short{400, "PASSWORD_TOO_SHORT", "a password has at least 8 bytes"};
constexpr known_error too_long{400, "PASSWORD_TOO_LONG", "a password has at most 72 bytes"};

field text(std::size_t min_bytes, std::size_t max_bytes) {
  field limits;
  limits.min_bytes = min_bytes;
  limits.max_bytes = max_bytes;
  return limits;
}

bool has_issue(failure const& why, std::string_view path) {
  return std::any_of(why.issues.begin(), why.issues.end(), [&](issue const& one) { return one.path == path; });
}

// Reads the members of a body that are known; each fault is noted with its path.
class body_reader {
 public:
  // The body as an object; empty when it is none or not even JSON.
  explicit body_reader(std::string_view body) {
    auto parsed = parse_json(body);
    if (!parsed) refusal_ = parsed.error();
    else if (auto* object = parsed->if_object()) members_ = std::move(*object);
    else refusal_ = failure(errc::invalid_argument, "the body must be an object", {{"", "must be an object"}});
  }

  bool has(std::string_view name) const {
    auto const found = members_.find(name);
    return found != members_.end() && !found->value().is_null();
  }
  bool is_null(std::string_view name) const {
    auto const found = members_.find(name);
    return found != members_.end() && found->value().is_null();
  }

  std::string required(std::string_view name, field const& limits) {
    if (has(name)) return present(name, limits);
    in_.inside(name, [&] { in_.fault("required"); });
    return {};
  }
  std::optional<std::string> optional(std::string_view name, field const& limits) {
    if (!has(name)) return std::nullopt;
    return present(name, limits);
  }
  bool flag(std::string_view name, bool usual) {
    bool out = usual;
    if (has(name)) in_.inside(name, [&] { in_.read(members_.at(name), out); });
    return out;
  }
  secret_string secret(std::string_view name) {
    auto typed = required(name, text(1, max_typed_password_bytes));
    return take_secret(typed);
  }
  void refuse(std::string_view name, std::string why) {
    in_.inside(name, [&] { in_.fault(std::move(why)); });
  }

  // What was read, unless something was wrong.
  template <class T>
  result<T> finish(T made) const {
    if (refusal_) return *refusal_;
    if (in_.failed()) return in_.why();
    return made;
  }

 private:
  std::string present(std::string_view name, field const& limits) {
    std::string out;
    in_.inside(name, [&] { in_.read(members_.at(name), out, limits); });
    return out;
  }

  json::object members_;
  json_reader in_;
  std::optional<failure> refusal_;
};

credentials read_credentials(body_reader& in) {
  credentials out;
  out.email = in.required("email", text(1, max_email_bytes));
  out.password = in.secret("password");
  out.remember_me = in.flag("rememberMe", true);
  return out;
}

json::object user_object(user const& who) {
  json::object out;
  out.emplace("id", to_string(who.id));
  out.emplace("email", who.email ? json::value(*who.email) : json::value(nullptr));
  out.emplace("name", who.name);
  out.emplace("image", who.image ? json::value(*who.image) : json::value(nullptr));
  out.emplace("emailVerified", who.email_verified);
  out.emplace("createdAt", to_iso8601(who.created_at));
  out.emplace("updatedAt", to_iso8601(who.updated_at.value_or(who.created_at)));
  return out;
}

json::object session_object(session const& its) {
  json::object out;
  out.emplace("id", to_string(its.id));
  out.emplace("token", to_string(its.id));
  out.emplace("userId", to_string(its.user_id));
  out.emplace("expiresAt", to_iso8601(its.expires_at));
  out.emplace("createdAt", to_iso8601(its.created_at));
  out.emplace("updatedAt", to_iso8601(its.updated_at));
  out.emplace("ipAddress", its.address);
  out.emplace("userAgent", its.user_agent);
  return out;
}

// "email: required; password: must be text".
std::string explained(failure const& why) {
  std::string out;
  for (auto const& one : why.issues) {
    if (!out.empty()) out += "; ";
    if (!one.path.empty()) out += one.path + ": ";
    out += one.message;
  }
  return out.empty() ? why.message : out;
}

}  // namespace

std::span<endpoint const> endpoints() noexcept { return table; }

endpoint const* find_endpoint(std::string_view path) noexcept {
  for (auto const& row : table)
    if (row.path == path) return &row;
  return nullptr;
}

result<credentials> decode_sign_up(std::string_view body) {
  body_reader in(body);
  auto out = read_credentials(in);
  out.name = in.optional("name", text(0, 200)).value_or(std::string());
  out.invitation = in.optional("invitation", text(1, max_token_bytes));
  return in.finish(std::move(out));
}

result<credentials> decode_sign_in(std::string_view body) {
  body_reader in(body);
  auto out = read_credentials(in);
  return in.finish(std::move(out));
}

result<password_change> decode_password_change(std::string_view body) {
  body_reader in(body);
  password_change out;
  out.current = in.secret("currentPassword");
  out.wanted = in.secret("newPassword");
  return in.finish(std::move(out));
}

result<profile_update> decode_profile_update(std::string_view body) {
  body_reader in(body);
  profile_update out;
  out.name = in.optional("name", text(0, 200));
  out.image = in.optional("image", text(0, 65'536));
  if (in.is_null("image")) out.image = std::string();
  if (in.has("email")) in.refuse("email", "cannot be changed");
  else if (!out.name && !out.image) in.refuse("", "nothing to change");
  return in.finish(std::move(out));
}

result<std::optional<session_id>> decode_session_reference(std::string_view body) {
  body_reader in(body);
  auto const token = in.required("token", text(1, max_token_bytes));
  std::optional<session_id> out;
  if (auto const id = parse_uuid(token)) out = session_id{*id};
  return in.finish(out);
}

std::string encode_signed_up(user const& who, std::string_view token) {
  json::object out;
  out.emplace("token", token);
  out.emplace("user", user_object(who));
  return json::serialize(out);
}

std::string encode_signed_in(user const& who, std::string_view token) {
  json::object out;
  out.emplace("redirect", false);
  out.emplace("token", token);
  out.emplace("user", user_object(who));
  return json::serialize(out);
}

std::string encode_session(session const& its, user const& who) {
  json::object out;
  out.emplace("session", session_object(its));
  out.emplace("user", user_object(who));
  return json::serialize(out);
}

std::string encode_sessions(std::span<session const> all) {
  json::array out;
  out.reserve(all.size());
  for (auto const& one : all) out.push_back(session_object(one));
  return json::serialize(out);
}

std::string encode_password_changed(user const& who) {
  json::object out;
  out.emplace("token", nullptr);
  out.emplace("user", user_object(who));
  return json::serialize(out);
}

std::string encode_error(failure const& why) {
  if (why.code == errc::invalid_argument) return encode_error("VALIDATION_ERROR", explained(why));
  return encode_error(info(why.code).orpc_code, why.message);
}

std::string encode_error(std::string_view code, std::string_view message) {
  json::object out;
  out.emplace("code", code);
  out.emplace("message", message);
  return json::serialize(out);
}

std::optional<known_error> find_known_error(action what, failure const& why, std::size_t password_bytes) {
  for (auto const& row : error_table)
    if (row.what == what && row.code == why.code && (row.issue.empty() || has_issue(why, row.issue))) return row.known;
  bool const sets_password = what == action::sign_up || what == action::change_password;
  bool const unfit = has_issue(why, "password") || has_issue(why, "newPassword");
  if (!sets_password || why.code != errc::invalid_argument || !unfit || password_bytes == 0) return std::nullopt;
  // Text that has passed the decoder can only be unfit for its length; normal forms differ little in it.
  return password_bytes < (min_password_bytes + max_password_bytes) / 2 ? too_short : too_long;
}

}  // namespace sambung::better_auth
