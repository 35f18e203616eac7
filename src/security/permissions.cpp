#include <sambung/security/permissions.hpp>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

#include <array>

namespace sambung {
namespace {

struct grant {
  permission what;
  std::array<bool, 4> roles;  // in the order of member_role
};

constexpr bool yes = true;
constexpr bool no = false;

// role x permission; what is not here is not allowed.
constexpr grant table[] = {
    //                            owner admin member viewer
    {permission::chat_read, {yes, yes, yes, yes}},   {permission::chat_write, {yes, yes, yes, no}},
    {permission::model_use, {yes, yes, yes, no}},    {permission::token_own, {yes, yes, yes, no}},
    {permission::key_own, {yes, yes, yes, no}},      {permission::key_tenant, {yes, yes, no, no}},
    {permission::tenant_read, {yes, yes, yes, yes}}, {permission::tenant_manage, {yes, yes, no, no}},
    {permission::tenant_delete, {yes, no, no, no}},  {permission::member_manage, {yes, yes, no, no}},
    {permission::audit_read, {yes, yes, no, no}},    {permission::usage_own, {yes, yes, yes, yes}},
    {permission::usage_tenant, {yes, yes, no, no}},  {permission::quota_manage, {yes, no, no, no}},
};

constexpr std::string_view every = "all";

}  // namespace

bool allows(member_role role, permission wanted) noexcept {
  if (wanted == permission::none || wanted == permission::account) return true;
  for (auto const& one : table)
    if (one.what == wanted) return one.roles[static_cast<std::size_t>(role)];
  return false;
}

std::vector<std::string> to_names(permission_set const& some) {
  if (some == permission_set::all()) return {std::string(every)};
  std::vector<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<permission>>([&](auto one) {
    if (some.has(one.value)) names.emplace_back(one.name);
  });
  return names;
}

std::optional<permission_set> parse_permissions(std::vector<std::string> const& names) {
  permission_set some;
  for (auto const& name : names) {
    permission one{};
    if (name == every) some = permission_set::all();
    else if (boost::describe::enum_from_string(name.c_str(), one)) some.add(one);
    else return std::nullopt;
  }
  return some;
}

}  // namespace sambung
