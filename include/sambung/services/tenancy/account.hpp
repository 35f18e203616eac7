// account: what a signed-in user may do about themselves, whatever tenant they are in. Reached by engine::account().
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/membership.hpp>
#include <sambung/records/session.hpp>
#include <sambung/records/tenant.hpp>
#include <sambung/records/user.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/security/secret.hpp>
#include <sambung/services/base/core_ref.hpp>
#include <sambung/services/erasure/exported_record.hpp>

#include <memory>
#include <optional>

namespace sambung {

// Changes of a profile; what is empty stays as it is.
struct profile_update {
  profile_update() = default;
  explicit profile_update(std::int64_t revision_) : revision(revision_) {}

  std::int64_t revision = 0;  // of the user that the caller saw
  std::optional<std::string> name;
  std::optional<std::string> image;  // "" removes it
  std::optional<boost::json::object> settings;
};
SAMBUNG_DESCRIBE_STRUCT(profile_update, (), (revision, name, image, settings))
SAMBUNG_API record_description describe_record(record_of<profile_update>);

// A tenant that the user belongs to.
struct tenant_membership {
  sambung::tenant tenant;
  member_role role = member_role::member;
  membership_state state = membership_state::active;
};
SAMBUNG_DESCRIBE_STRUCT(tenant_membership, (), (tenant, role, state))

// Thread safety: safe to use from any thread. Lifetime: as for chats. Throws sambung::error; every verb that takes an
// identity's own authority demands permission::account.
class SAMBUNG_API account {
 public:
  identity const& who() const;

  task<user> profile() const;
  // errc::conflict for a stale revision.
  task<user> update(profile_update changes) const;
  // The same for a caller that saw no revision: changes the profile as it is now.
  task<user> update_latest(profile_update changes) const;

  // Ends every other session and every token pair of the user. errc::invalid_argument (issue "currentPassword") when
  // that is wrong, which is noted in the audit log. Here and in erase() each call that came from outside is one attempt
  // at the account: errc::rate_limited, see request_origin::attempts. Sets a first password for a user who has none
  // only in process (authentication::trusted).
  task<void> change_password(secret_string current, secret_string wanted) const;

  // The session that the caller came with; errc::not_found for one who came without: by an API token, or trusted.
  task<session> current_session() const;
  // Newest first; the caller's own among them.
  task<page<session>> sessions(page_request which = page_request()) const;
  // errc::not_found for another user's.
  task<void> revoke_session(session_id id) const;
  // Every one but the caller's own.
  task<void> revoke_other_sessions() const;

  task<page<tenant_membership>> tenants(page_request which = page_request()) const;
  // A new tenant with the user as its owner. errc::permission_denied unless sign-up is open or the caller is trusted.
  task<tenant> create_tenant(std::string name) const;
  // Makes it the active one of the caller's session. errc::not_found when not a member.
  task<identity> switch_tenant(tenant_id id) const;
  // errc::conflict for the last owner.
  task<void> leave_tenant(tenant_id id) const;
  // Ends the suspension of a tenant by one of its owners: see workspace::suspend_tenant(). errc::permission_denied
  // unless the caller owns it, and when the operator suspended it; errc::not_found when not a member.
  task<tenant> resume_tenant(tenant_id id) const;

  // Redeems an invitation's secret: once, and only by the user whose address it is for. errc::not_found for everything
  // else: unknown, expired, revoked, used, for another address, made by somebody who may not any more.
  task<tenant_membership> accept_invitation(std::string secret) const;

  // Everything stored about the user, some records at a time: profile, memberships, sessions, chats, messages, usage,
  // what they said of calls of tools. No hashes, no keys.
  task<page<exported_record>> export_data(page_request which = page_request()) const;

  // Erases the user and their data in every tenant, see users::erase(). errc::invalid_argument when the password is
  // wrong, errc::conflict while they are the last owner of a tenant.
  task<void> erase(secret_string password) const;

 private:
  friend class engine;
  account(std::shared_ptr<engine_core> core, identity who);

  detail::core_ref core_;
  identity who_;
};

}  // namespace sambung
