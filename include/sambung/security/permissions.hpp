// Permissions: what a role may do. One table, and one of the application's own; every procedure names the one it needs.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/records/membership.hpp>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
  usage_own,        // what oneself has used, and may still use
  usage_tenant,     // what every user of the tenant has used; the tenant's quotas
  quota_manage,     // set the tenant's own quotas
  content_read,     // own prompts, and what the tenant shares
  content_write,    // create, change, delete own ones
  content_publish,  // share them with the tenant
  content_manage,   // change what others shared, and what is protected
};
SAMBUNG_DESCRIBE_ENUM(permission, none, account, chat_read, chat_write, model_use, token_own, key_own, key_tenant,
                      tenant_read, tenant_manage, tenant_delete, member_manage, audit_read, usage_own, usage_tenant,
                      quota_manage, content_read, content_write, content_publish, content_manage)

// How many permissions of its own an application may have.
inline constexpr int max_own_permissions = 32;

namespace detail {
inline constexpr int first_own_permission = 32;
}

// A permission of the application's own: a procedure may need it, a principal may be asked for it.
//
//   constexpr auto ticket_close = sambung::own_permission(0);
//
// engine_options::permissions says what it is called and which roles have it; before that nobody has.
consteval permission own_permission(int number) {
  if (number < 0 || number >= max_own_permissions) throw "an application has own_permission(0) to own_permission(31)";
  return static_cast<permission>(detail::first_own_permission + number);
}
constexpr bool is_own(permission one) {
  auto const number = static_cast<int>(one) - detail::first_own_permission;
  return number >= 0 && number < max_own_permissions;
}

// Whether `role` may do what needs `wanted`: none and account need no role and are always allowed. Of the application's
// own nobody may any: see permission_table.
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
    every.bits_ = ~std::uint64_t{0};
    return every;
  }

  constexpr permission_set& add(permission one) {
    bits_ |= bit(one);
    return *this;
  }
  constexpr bool has(permission one) const { return (bits_ & bit(one)) != 0; }

  friend bool operator==(permission_set const&, permission_set const&) = default;

 private:
  static constexpr std::uint64_t bit(permission one) { return std::uint64_t{1} << static_cast<unsigned>(one); }

  std::uint64_t bits_ = 0;
};

// The application's own permissions: what each is called, and the roles that have it.
//
//   engine_options options;
//   options.permissions.add(ticket_close, "ticket_close", {member_role::owner, member_role::admin});
class SAMBUNG_API permission_table {
 public:
  permission_table() = default;

  // `name` is what API tokens and errors call it: 1 to 50 small letters, digits and '_', a letter first. Throws
  // error(errc::invalid_argument) for what is not own_permission()'s, and for a permission or a name that is taken,
  // also by one of Sambung's.
  permission_table& add(permission what, std::string name, std::initializer_list<member_role> roles);

  // What a role has of them.
  permission_set of(member_role role) const { return held_[static_cast<std::size_t>(role)]; }
  // In the order in which they were added.
  std::vector<std::pair<permission, std::string>> const& names() const { return names_; }

 private:
  std::vector<std::pair<permission, std::string>> names_;
  std::array<permission_set, 4> held_;  // in the order of member_role
};

// As api_token::scopes has them: names of permissions, then of the application's `own`; "all" stands for every one,
// also of later versions. What has no name is left out.
SAMBUNG_API std::vector<std::string> to_names(permission_set const& some,
                                              permission_table const& own = permission_table());
// Empty when one of the names is none.
SAMBUNG_API std::optional<permission_set> parse_permissions(std::vector<std::string> const& names,
                                                            permission_table const& own = permission_table());
// Empty for what has no name.
SAMBUNG_API std::string name_of(permission one, permission_table const& own = permission_table());

}  // namespace sambung
