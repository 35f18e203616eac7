// members and invitations: who belongs to a tenant. Reached by workspace::members() and workspace::invitations().
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/invitation.hpp>
#include <sambung/records/membership.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/security/secret.hpp>
#include <sambung/services/base/core_ref.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace sambung {

// A user in a tenant, as other members see them.
struct member {
  sambung::user_id user_id;
  std::optional<std::string> email;
  std::string name;
  std::optional<std::string> image;
  member_role role = member_role::member;
  timestamp joined_at;
  membership_state state = membership_state::active;
};
SAMBUNG_DESCRIBE_STRUCT(member, (), (user_id, email, name, image, role, joined_at, state))

// Thread safety: safe to use from any thread. Lifetime: as for chats. Throws sambung::error: errc::permission_denied
// without tenant_read (list, get) or member_manage (the others). Only an owner makes, lowers, suspends, resumes or
// removes an owner. What takes an authority away is felt by every engine on the database within two seconds.
class SAMBUNG_API members {
 public:
  task<page<member>> list(page_request which = page_request()) const;
  // errc::not_found when not a member of this tenant.
  task<member> get(user_id user) const;
  // errc::conflict when the tenant would be left without an owner.
  // Invitations that they may not have made in the new role end with it.
  task<member> set_role(user_id user, member_role role) const;
  // They do not act in the tenant until they are resumed: every credential of theirs is refused there, their streams
  // end and their running turns stop; nothing is lost. Both do nothing to one who is so already. errc::conflict for the
  // last owner who acts.
  task<member> suspend(user_id user) const;
  task<member> resume(user_id user) const;
  // Their tokens for this tenant go with them, and so do the invitations that they made and those for them; their
  // running turns stop. Their chats stay, unreachable, until tenant or user is erased. errc::conflict for the last
  // owner.
  task<void> remove(user_id user) const;

 private:
  friend class workspace;
  members(std::shared_ptr<engine_core> core, principal who);

  detail::core_ref core_;
  principal who_;
};

// An invitation in clear: its secret is shown once and stored nowhere. Sambung sends no mail: whoever invites passes it
// on.
struct issued_invitation {
  invitation record;
  secret_string secret;  // "smi_..."
};
SAMBUNG_DESCRIBE_STRUCT(issued_invitation, (), (record, secret))

// As members; all need member_manage. An invitation ends with the right to make it: redeeming asks what its maker may
// still do.
class SAMBUNG_API invitations {
 public:
  // The same answer whether or not the address is a user's or a member's. An earlier pending one for the address is
  // revoked. errc::quota_exceeded over 1,000 pending ones; errc::permission_denied for a caller who is no member of the
  // tenant with that right, whatever they are trusted with.
  task<issued_invitation> create(std::string email, member_role role = member_role::member,
                                 std::chrono::seconds lifetime = std::chrono::hours(72)) const;
  task<page<invitation>> list(page_request which = page_request()) const;
  // errc::not_found unless it is pending here.
  task<void> revoke(invitation_id id) const;

 private:
  friend class workspace;
  invitations(std::shared_ptr<engine_core> core, principal who);

  detail::core_ref core_;
  principal who_;
};

}  // namespace sambung
