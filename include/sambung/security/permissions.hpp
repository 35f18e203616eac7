// Permissions: what a role may do. One table; every procedure names the one it needs.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/records/membership.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace sambung {

enum class permission {
  none,           // needs no caller at all: health, sign-in
  account,        // whoever has signed in, about themselves; needs no tenant
  chat_read,      // own chats, messages, running turns
  chat_write,     // create, change, delete, send
  model_use,      // list models, call them without a chat
  token_own,      // own API tokens
  key_own,        // own provider keys
  key_tenant,     // the tenant's provider keys
  tenant_read,    // the tenant's name, its members
  tenant_manage,  // rename the tenant
  tenant_delete,
  member_manage,  // roles, removal, invitations
  audit_read,
  usage_own,     // what oneself has used, and may still use
  usage_tenant,  // what every user of the tenant has used; the tenant's quotas
  quota_manage,  // set the tenant's own quotas
};
BOOST_DESCRIBE_ENUM(permission, none, account, chat_read, chat_write, model_use, token_own, key_own, key_tenant,
                    tenant_read, tenant_manage, tenant_delete, member_manage, audit_read, usage_own, usage_tenant,
                    quota_manage)

// Whether `role` may do what needs `wanted`: none and account need no role and are always allowed.
SAMBUNG_API bool allows(member_role role, permission wanted) noexcept;

// What an API token is limited to. A permission outside the set is refused whatever the role.
class SAMBUNG_API permission_set {
 public:
  constexpr permission_set() = default;
  constexpr permission_set(std::initializer_list<permission> some) {
    for (auto const one : some) add(one);
  }

  static constexpr permission_set all() {
    permission_set every;
    every.bits_ = ~std::uint32_t{0};
    return every;
  }

  constexpr permission_set& add(permission one) {
    bits_ |= bit(one);
    return *this;
  }
  constexpr bool has(permission one) const { return (bits_ & bit(one)) != 0; }

  friend bool operator==(permission_set const&, permission_set const&) = default;

 private:
  static constexpr std::uint32_t bit(permission one) { return std::uint32_t{1} << static_cast<unsigned>(one); }

  std::uint32_t bits_ = 0;
};

// As api_token::scopes has them: names of permissions; "all" stands for every one, also of later versions.
SAMBUNG_API std::vector<std::string> to_names(permission_set const& some);
// Empty when one of the names is none.
SAMBUNG_API std::optional<permission_set> parse_permissions(std::vector<std::string> const& names);

}  // namespace sambung
