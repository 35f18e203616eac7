// auth: how a user proves who they are. Reached by engine::auth().
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/session.hpp>
#include <sambung/records/user.hpp>
#include <sambung/security/jwt.hpp>
#include <sambung/security/password_hash.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/core_ref.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace sambung {

// Who may sign up by themselves.
enum class sign_up_policy {
  closed,      // nobody: users come by the operator or by an invitation
  first_user,  // only as long as nobody has a password: they become an owner of the oldest tenant
  open,        // everybody: each becomes owner of a tenant of their own
};
SAMBUNG_DESCRIBE_ENUM(sign_up_policy, closed, first_user, open)

struct auth_options {
  auth_options() = default;

  secret_ring secrets;  // empty: one is made up, so that sessions end with the process and the vault stores nothing
  sign_up_policy sign_up = sign_up_policy::first_user;
  int password_cost = default_password_cost;          // 4 to 16; under 10 is for tests
  std::size_t password_threads = 1;                   // hashing at once
  std::size_t max_waiting_passwords = 64;             // one more is errc::unavailable
  std::chrono::seconds session_lifetime{7 * 86'400};  // from sign-in and from each extension
  std::chrono::seconds session_extension{86'400};     // a session in use is extended when it is older than this
  std::chrono::seconds access_token_lifetime{900};    // of JWTs
  std::chrono::seconds refresh_token_lifetime{30 * 86'400};
  jwt_policy jwt;                                        // without keys: one (HS256) for each of `secrets`
  std::chrono::milliseconds revocation_interval{1'000};  // how often other engines' revocations are looked for
  std::chrono::seconds remembered{60};                   // how long a look-up may be reused; a revocation ends it
  // The most entries of the audit log that passwords which were wrong make in an hour; what is over is counted, and
  // told by later ones.
  std::int64_t audited_failures = 240;
};
SAMBUNG_DESCRIBE_STRUCT(auth_options, (),
                        (sign_up, password_cost, password_threads, max_waiting_passwords, session_lifetime,
                         session_extension, access_token_lifetime, refresh_token_lifetime, jwt, revocation_interval,
                         remembered, audited_failures))
SAMBUNG_API record_description describe_record(record_of<auth_options>);

struct sign_up_request {
  sign_up_request() = default;
  sign_up_request(std::string email_, secret_string password_, std::string name_ = {})
      : email(std::move(email_)), password(std::move(password_)), name(std::move(name_)) {}

  std::string email;
  secret_string password;
  std::string name;
  std::optional<std::string> invitation;  // the secret of one: it lets in whatever the policy is, see invitations
};
SAMBUNG_DESCRIBE_STRUCT(sign_up_request, (), (email, password, name, invitation))
SAMBUNG_API record_description describe_record(record_of<sign_up_request>);

// A session in clear: its token is shown once and stored nowhere.
struct signed_in {
  signed_in() = default;
  signed_in(sambung::user user_, sambung::session session_, secret_string token_)
      : user(std::move(user_)), session(std::move(session_)), token(std::move(token_)) {}

  sambung::user user;
  sambung::session session;
  secret_string token;
  // What the client keeps beyond this session, and its carrier gives back as request_origin::device, signed: attempts
  // from here at this account are then bounded by themselves. No secret, and no authority.
  std::string device;
};
SAMBUNG_DESCRIBE_STRUCT(signed_in, (), (user, session, token, device))

// For services that hold no cookies.
struct token_pair {
  token_pair() = default;
  token_pair(secret_string access_, secret_string refresh_, timestamp expires_at_)
      : access(std::move(access_)), refresh(std::move(refresh_)), expires_at(expires_at_) {}

  secret_string access;   // a JWT
  secret_string refresh;  // "smr_...": works once
  timestamp expires_at;   // of the access token
};
SAMBUNG_DESCRIBE_STRUCT(token_pair, (), (access, refresh, expires_at))

// Thread safety: safe to use from any thread. Lifetime: as for chats. Throws sambung::error.
//
// Whoever calls with an address learns nothing about whether it is known: sign_in() does the same work and fails with
// the same errc::unauthenticated for an address that is unknown, suspended or has no password; sign_up() does the same
// work for one that is taken.
class SAMBUNG_API auth {
 public:
  // errc::permission_denied when the policy or the invitation does not let them in: said before the address is looked
  // at. errc::already_exists when the address is taken. errc::invalid_argument for the password: normal_password().
  // Here and in sign_in() each call is one attempt at the account, whoever carries it: errc::rate_limited, see
  // request_origin::attempts; and the session that came with the call ends (request_origin::session).
  task<signed_in> sign_up(sign_up_request request, request_origin from = request_origin()) const;

  // Who may sign up by themselves at this moment: first_user only while nobody has a password, closed from then on.
  task<sign_up_policy> sign_up_now() const;

  // A new session; the active tenant is the one the user was in last, else the oldest membership. Over 100 sessions of
  // the user the oldest end. Wrong passwords are noted in the audit log. errc::unauthenticated; errc::unavailable when
  // too many passwords wait.
  task<signed_in> sign_in(std::string email, secret_string password, request_origin from = request_origin()) const;

  // Access and refresh token bound to a session: when the session ends, so do they. errc::unauthenticated for one that
  // has; errc::unsupported where the first JWT key cannot sign.
  task<token_pair> issue_tokens(session_id session) const;
  // Exchanges a refresh token, once: of many calls at the same time one gets its pair. A used one that comes again, or
  // at the same time, ends its session and so the winner's pair too: which of them is the thief cannot be known.
  // Extends a session that is due. errc::unauthenticated; otherwise as issue_tokens().
  task<token_pair> refresh(std::string refresh_token, request_origin from = request_origin()) const;

  // Ends a session and all that hangs on it. Does nothing when it has ended.
  task<void> sign_out(session_id session, request_origin from = request_origin()) const;

  // Who presents `credential`: an API token, a JWT or a session token, told apart by their form. `wanted` chooses the
  // active tenant for this call: errc::permission_denied unless it is one of the user's (of an API token, and of a JWT
  // that names one: its own).
  // errc::unauthenticated for everything that does not prove who it is, in the same words. Extends a session that is
  // due. A look-up that succeeded is remembered until something is revoked.
  task<identity> authenticate(std::string_view credential, std::optional<tenant_id> wanted = std::nullopt) const;

  // The answer of authenticate() if it is remembered: without waiting and without a coroutine.
  std::optional<identity> remembered(std::string_view credential, std::optional<tenant_id> wanted = std::nullopt) const;

  // Goes up whenever an authority may have been taken away: who holds a stream open asks again then.
  std::uint64_t revocations() const;

  // Whether `who` would still be let in with the same authority, that is in the same role: asks storage. For open
  // streams and sockets. Of whom the application vouches for: as check_standing().
  task<bool> still_valid(identity who) const;

  // For whom an application vouches: whether they may act now. errc::permission_denied when the user, their tenant or
  // their place in it is suspended; errc::not_found when the tenant has no row. A user needs none. Verbs ask it by
  // themselves; a good answer is remembered until something is revoked.
  task<void> check_standing(identity who) const;

  // What the options say, for carriers: cookie lifetimes and the ring that signs cookies.
  auth_options const& options() const;

 private:
  friend class engine;
  explicit auth(std::shared_ptr<engine_core> core);

  detail::core_ref core_;
};

}  // namespace sambung
