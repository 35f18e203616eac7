#include <sambung/security/permissions.hpp>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

#include <algorithm>
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
    {permission::chat_read, {yes, yes, yes, yes}},      {permission::chat_write, {yes, yes, yes, no}},
    {permission::model_use, {yes, yes, yes, no}},       {permission::token_own, {yes, yes, yes, no}},
    {permission::key_own, {yes, yes, yes, no}},         {permission::key_tenant, {yes, yes, no, no}},
    {permission::tenant_read, {yes, yes, yes, yes}},    {permission::tenant_manage, {yes, yes, no, no}},
    {permission::tenant_delete, {yes, no, no, no}},     {permission::member_manage, {yes, yes, no, no}},
    {permission::audit_read, {yes, yes, no, no}},       {permission::usage_own, {yes, yes, yes, yes}},
    {permission::usage_tenant, {yes, yes, no, no}},     {permission::quota_manage, {yes, no, no, no}},
    {permission::content_read, {yes, yes, yes, yes}},   {permission::content_write, {yes, yes, yes, no}},
    {permission::content_publish, {yes, yes, yes, no}}, {permission::content_manage, {yes, yes, no, no}},
};

constexpr std::string_view every = "all";
constexpr std::size_t max_name_bytes = 50;

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

bool is_name(std::string_view text) {
  auto const fits = [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.size() <= max_name_bytes && is_letter(text.front()) && std::ranges::all_of(text, fits);
}

std::optional<permission> find(std::string const& name, permission_table const& own) {
  permission one{};
  if (boost::describe::enum_from_string(name.c_str(), one)) return one;
  for (auto const& [what, called] : own.names())
    if (called == name) return what;
  return std::nullopt;
}

[[noreturn]] void refuse(std::string const& name, std::string_view why) {
  throw error(errc::invalid_argument, "the permission '" + name + "' " + std::string(why));
}

}  // namespace

bool allows(member_role role, permission wanted) noexcept {
  if (wanted == permission::none || wanted == permission::account) return true;
  for (auto const& one : table)
    if (one.what == wanted) return one.roles[static_cast<std::size_t>(role)];
  return false;
}

permission_table& permission_table::add(permission what, std::string name, std::initializer_list<member_role> roles) {
  if (!is_own(what)) refuse(name, "is none of own_permission()");
  if (!is_name(name)) refuse(name, "must have a name of 1 to 50 small letters, digits and '_', a letter first");
  if (name == every || find(name, *this)) refuse(name, "has a name that is taken");
  if (!name_of(what, *this).empty()) refuse(name, "has the number of '" + name_of(what, *this) + "'");
  for (auto const role : roles) held_[static_cast<std::size_t>(role)].add(what);
  names_.emplace_back(what, std::move(name));
  return *this;
}

std::vector<std::string> to_names(permission_set const& some, permission_table const& own) {
  if (some == permission_set::all()) return {std::string(every)};
  std::vector<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<permission>>([&](auto one) {
    if (some.has(one.value)) names.emplace_back(one.name);
  });
  for (auto const& [what, name] : own.names())
    if (some.has(what)) names.push_back(name);
  return names;
}

std::optional<permission_set> parse_permissions(std::vector<std::string> const& names, permission_table const& own) {
  permission_set some;
  for (auto const& name : names) {
    auto const one = find(name, own);
    if (name == every) some = permission_set::all();
    else if (one) some.add(*one);
    else return std::nullopt;
  }
  return some;
}

std::string name_of(permission one, permission_table const& own) {
  if (char const* const name = boost::describe::enum_to_string(one, nullptr)) return name;
  for (auto const& [what, name] : own.names())
    if (what == one) return name;
  return {};
}

}  // namespace sambung
