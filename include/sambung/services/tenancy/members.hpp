// members and invitations: who belongs to a tenant. Reached by workspace::members() and workspace::invitations().
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/invitation.hpp>
#include <sambung/records/membership.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/security/secret.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace sambung {

class engine_core;

// A user in a tenant, as other members see them.
struct member {
  sambung::user_id user_id;
  std::string email;
  std::string name;
  std::optional<std::string> image;
  member_role role = member_role::member;
  timestamp joined_at;
};
BOOST_DESCRIBE_STRUCT(member, (), (user_id, email, name, image, role, joined_at))

// Thread safety: safe to use from any thread. Lifetime: as for chats. Throws sambung::error: errc::permission_denied
// without tenant_read (list, get) or member_manage (the others). Only an owner makes, lowers or removes an owner.
class SAMBUNG_API members {
 public:
  task<page<member>> list(page_request which = page_request()) const;
  // errc::not_found when not a member of this tenant.
  task<member> get(user_id user) const;
  // errc::conflict when the tenant would be left without an owner.
  task<member> set_role(user_id user, member_role role) const;
  // Their tokens for this tenant go with them; their chats stay, unreachable, until tenant or user is erased.
  // errc::conflict for the last owner.
  task<void> remove(user_id user) const;

 private:
  friend class workspace;
  members(std::shared_ptr<engine_core> core, principal who);

  std::shared_ptr<engine_core> core_;
  principal who_;
};

// An invitation in clear: its secret is shown once and stored nowhere. Sambung sends no mail: whoever invites passes it
// on.
struct issued_invitation {
  invitation record;
  secret_string secret;  // "smi_..."
};

// As members; all need member_manage.
class SAMBUNG_API invitations {
 public:
  // The same answer whether or not the address is a user's or a member's. An earlier pending one for the address is
  // revoked. errc::quota_exceeded over 1,000 pending ones.
  task<issued_invitation> create(std::string email, member_role role = member_role::member,
                                 std::chrono::seconds lifetime = std::chrono::hours(72)) const;
  task<page<invitation>> list(page_request which = page_request()) const;
  // errc::not_found unless it is pending here.
  task<void> revoke(invitation_id id) const;

 private:
  friend class workspace;
  invitations(std::shared_ptr<engine_core> core, principal who);

  std::shared_ptr<engine_core> core_;
  principal who_;
};

}  // namespace sambung
