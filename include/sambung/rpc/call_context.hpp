// call_context: who calls a procedure, from where, and what the carrier is to do with the client's session.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/engine/workspace.hpp>
#include <sambung/services/auth/auth.hpp>
#include <sambung/services/tenancy/account.hpp>

#include <memory>
#include <optional>
#include <string>

namespace sambung {

// What a call changed of the client's session; the carrier tells the client (over HTTP: Set-Cookie).
struct session_change {
  // A new session. `lasting`: it outlives the client's own run (a cookie with Max-Age). `device`: see signed_in.
  session_change(secret_string token_, bool lasting_, std::string device_ = {})
      : token(std::move(token_)), lasting(lasting_), device(std::move(device_)) {}
  // No session any more.
  session_change() = default;

  secret_string token;  // empty: forget it
  bool lasting = false;
  std::string device;  // empty: what the client keeps stays as it is
};

// Lifetime: of one call. Thread safety: none.
class SAMBUNG_API call_context {
 public:
  // Nobody has signed in.
  explicit call_context(std::shared_ptr<request_origin const> origin = nullptr) : origin_(std::move(origin)) {}
  // For whoever dispatches procedures in process.
  explicit call_context(workspace desk) : desk_(std::move(desk)) {}
  // The origin is that of whoever has signed in.
  call_context(account self, std::optional<workspace> desk) : self_(std::move(self)), desk_(std::move(desk)) {
    origin_ = self_->who().origin();
  }

  request_origin const& origin() const;
  // Null when nobody has signed in, and for a workspace that was given in process.
  account const* self() const { return self_ ? &*self_ : nullptr; }
  // Null when nobody has signed in, or for a member of no tenant.
  workspace const* desk() const { return desk_ ? &*desk_ : nullptr; }

  // One attempt at the account of this address, for an application's own way to sign in; `auth` and `account` take
  // their own. errc::rate_limited, see account_limit. In process there is no limit.
  task<void> limit_account(std::string email) const;

  // errc::unsupported for a new session over a carrier that cannot tell the client; see expect_session_change().
  void change_session(session_change to);
  // Asked before something is done that gives the client another session or takes it away. Throws
  // error(errc::unsupported) over a carrier that cannot tell the client: a WebSocket sets no cookie.
  void expect_session_change() const;
  // For such a carrier.
  void keep_session() { session_kept_ = true; }
  std::optional<session_change> const& changed_session() const { return change_; }

  // Once its session has been extended, a client that keeps it for a fixed time is told it again.
  void renew_if_extended(session const& own) { renewed_ = own.updated_at > own.created_at; }
  bool renewed_session() const { return renewed_; }

 private:
  std::shared_ptr<request_origin const> origin_;  // null: within the process
  std::optional<account> self_;
  std::optional<workspace> desk_;
  std::optional<session_change> change_;
  bool renewed_ = false;
  bool session_kept_ = false;
};

}  // namespace sambung
