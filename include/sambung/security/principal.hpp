// principal: who acts. identity: who has signed in, before it is known in which tenant they act.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/records/session.hpp>
#include <sambung/security/permissions.hpp>
#include <sambung/telemetry/trace_context.hpp>

#include <memory>
#include <optional>
#include <string>

namespace sambung {

enum class authentication { trusted, session, jwt, api_token };
SAMBUNG_DESCRIBE_ENUM(authentication, trusted, session, jwt, api_token)

class account;
class account_limit;
class workspace;

// Where a call came from: for sessions and the audit log.
struct SAMBUNG_API request_origin {
  request_origin();
  explicit request_origin(std::string address_, std::string user_agent_ = {});

  std::string address;     // of the client, without a port; empty when the call came from within the process
  std::string user_agent;  // as sent
  // What the client keeps from an earlier sign-in, if the carrier trusts it: see signed_in::device.
  std::string device;
  // The session that came with the call: signing in ends it.
  std::optional<session_id> session;
  // What bounds the attempts at one account; none: nothing does, as for calls from within the process. Whatever checks
  // a password takes one.
  std::shared_ptr<account_limit const> attempts;
  // The call itself, for traces and logs; none: nobody asked.
  std::shared_ptr<call_origin const> call;
};

// One user in one tenant, with a role.
class SAMBUNG_API principal {
 public:
  // For an embedding application that has already established who its user is, and in what role they act: it counts
  // whatever their membership says. The tenant must have a row (tenants::ensure()), and what is suspended may not act.
  // Throws error(errc::invalid_argument) for a nil id: whoever is nobody would share what they have.
  static principal trusted(tenant_id tenant, user_id user, member_role role);

  principal(tenant_id tenant, user_id user, member_role role, authentication how,
            permission_set scopes = permission_set::all());

  tenant_id const& tenant() const { return tenant_; }
  user_id const& user() const { return user_; }
  member_role role() const { return role_; }
  authentication how() const { return how_; }
  permission_set const& scopes() const { return scopes_; }

  // Whether the role and the scopes allow it: the one question that guards ask. Which of the application's own
  // permissions a role has is known in a workspace only: ask workspace::who().
  bool may(permission wanted) const;

  // Null when the call came from within the process.
  request_origin const* origin() const { return origin_.get(); }
  principal from(std::shared_ptr<request_origin const> origin) const;

 private:
  friend class identity;
  friend class workspace;

  principal() noexcept;  // nobody, of an empty workspace

  tenant_id tenant_;
  user_id user_;
  member_role role_ = member_role::viewer;
  authentication how_ = authentication::session;
  permission_set scopes_;
  permission_set own_;  // what the role has of the application's own
  std::shared_ptr<request_origin const> origin_;
};

// A user's place in a tenant.
struct tenant_place {
  tenant_place(tenant_id tenant_, member_role role_) : tenant(tenant_), role(role_) {}

  tenant_id tenant;
  member_role role;
};

// Who has signed in: a user, perhaps of no tenant at all.
class SAMBUNG_API identity {
 public:
  // Nobody, who may do nothing: only to be assigned to, as what Asio gives to handlers has to be.
  identity() noexcept;

  // For an embedding application that has already established who its user is; errc::invalid_argument for a nil id.
  static identity trusted(user_id user, std::optional<tenant_place> place = std::nullopt);

  identity(user_id user, authentication how, std::optional<tenant_place> place,
           permission_set scopes = permission_set::all(), std::optional<session_id> session = std::nullopt);

  user_id const& user() const { return user_; }
  authentication how() const { return how_; }
  std::optional<tenant_place> const& place() const { return place_; }  // in the active tenant
  permission_set const& scopes() const { return scopes_; }
  std::optional<session_id> const& session() const { return session_; }       // of a session, and of a JWT that has one
  std::optional<token_id> const& token() const { return token_; }             // of an API token
  std::optional<timestamp> const& expires_at() const { return expires_at_; }  // of a JWT

  identity by_token(token_id token) const;
  identity until(timestamp expires_at) const;

  // Of the application's own permissions as a principal: ask account::who().
  bool may(permission wanted) const;

  // Empty for a member of no tenant.
  std::optional<principal> acting() const;

  std::shared_ptr<request_origin const> const& origin() const { return origin_; }
  identity from(std::shared_ptr<request_origin const> origin) const;

 private:
  friend class account;

  user_id user_;
  authentication how_ = authentication::session;
  std::optional<tenant_place> place_;
  permission_set scopes_;
  permission_set own_;  // what the role of the place has of the application's own
  std::optional<session_id> session_;
  std::optional<token_id> token_;
  std::optional<timestamp> expires_at_;
  std::shared_ptr<request_origin const> origin_;
};

}  // namespace sambung
