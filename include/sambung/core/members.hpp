// The members of a described struct: their names, and what their types are to storage and codecs.
#pragma once

#include <sambung/core/binary.hpp>
#include <sambung/core/describe.hpp>
#include <sambung/core/description.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/id.hpp>
#include <sambung/core/time.hpp>

#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace sambung {

namespace detail {

// As the compiler spells it: typeid would need a symbol, which libraries would have to share.
template <class T>
constexpr std::string_view type_spelling() {
  std::string_view all = __PRETTY_FUNCTION__;
  all.remove_prefix(all.find("T = ") + 4);
  return all.substr(0, all.find_first_of(";]"));
}

// Throws error(errc::invalid_argument): what of that type is not described.
[[noreturn]] SAMBUNG_API void throw_undescribed(std::string_view what, std::string_view of);

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {
  using inner = T;
};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <>
struct is_vector<binary> : std::false_type {};
template <class T>
struct is_typed_id : std::false_type {};
template <class Tag>
struct is_typed_id<typed_id<Tag>> : std::true_type {};

template <class T>
struct is_variant : std::false_type {};
template <class... T>
struct is_variant<std::variant<T...>> : std::true_type {};

template <class T>
concept described = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;

template <class T>
inline constexpr bool is_user_id = std::is_same_v<T, user_id> || std::is_same_v<T, std::optional<user_id>>;

template <class T>
constexpr column_type column_type_of() {
  if constexpr (is_optional<T>::value) return column_type_of<typename is_optional<T>::inner>();
  else if constexpr (std::is_same_v<T, bool>) return column_type::boolean;
  else if constexpr (std::is_integral_v<T>) return column_type::integer;
  else if constexpr (std::is_floating_point_v<T>) return column_type::real;
  else if constexpr (std::is_same_v<T, std::string> || std::is_enum_v<T>) return column_type::text;
  else if constexpr (is_typed_id<T>::value || std::is_same_v<T, uuid>) return column_type::uuid;
  else if constexpr (std::is_same_v<T, timestamp>) return column_type::timestamp;
  else if constexpr (std::is_same_v<T, binary>) return column_type::bytes;
  else return column_type::json;
}

template <class R>
using all_members_of =
    boost::describe::describe_members<R, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class Member>
using is_inherited = boost::mp11::mp_bool<(Member::modifiers & boost::describe::mod_inherited) != 0>;

// A record's own members first: the first of them is its key.
template <class R>
using members_of = boost::mp11::mp_append<boost::mp11::mp_remove_if<all_members_of<R>, is_inherited>,
                                          boost::mp11::mp_copy_if<all_members_of<R>, is_inherited>>;

// Calls f(member, position) for every described member of R, in order.
template <class R, class F>
void for_each_member(F&& f) {
  std::size_t position = 0;
  boost::mp11::mp_for_each<members_of<R>>([&](auto member) { f(member, position++); });
}

template <template <class...> class List, class... D>
constexpr std::array<char const*, sizeof...(D)> names_of(List<D...>*) {
  return {{D::name...}};
}

template <class E>
inline constexpr auto enumerator_names = names_of(static_cast<boost::describe::describe_enumerators<E>*>(nullptr));

template <class T>
constexpr std::span<char const* const> words_of() {
  if constexpr (is_optional<T>::value) return words_of<typename is_optional<T>::inner>();
  else if constexpr (std::is_enum_v<T>) return enumerator_names<T>;
  else return {};
}

// What the compiler knows of a member: a table of these is smaller than code that makes fields.
struct member_facts {
  char const* name;
  column_type type;
  bool nullable;
  bool list;
  bool user;
  std::span<char const* const> words;
};

template <class T>
constexpr member_facts facts_of(char const* name) {
  return {name, column_type_of<T>(), is_optional<T>::value, is_vector<T>::value, is_user_id<T>, words_of<T>()};
}

template <class R, template <class...> class List, class... D>
constexpr std::array<member_facts, sizeof...(D)> facts_of_all(List<D...>*) {
  return {{facts_of<std::remove_cvref_t<decltype(std::declval<R&>().*D::pointer)>>(D::name)...}};
}

template <class R>
inline constexpr auto facts = facts_of_all<R>(static_cast<members_of<R>*>(nullptr));

SAMBUNG_API std::vector<field> fields_of(std::span<member_facts const> members);

}  // namespace detail

// Calls f(pointer to member) for every described integer of R, so that sums need no list of them.
template <class R, class F>
void for_each_integer(F&& f) {
  detail::for_each_member<R>([&](auto member, std::size_t) {
    using type = std::remove_cvref_t<decltype(std::declval<R&>().*member.pointer)>;
    if constexpr (std::is_integral_v<type> && !std::is_same_v<type, bool>) f(member.pointer);
  });
}

// Adds the integers of R, which both may inherit.
template <class R>
void add_integers(R& sum, std::type_identity_t<R> const& more) {
  for_each_integer<R>([&](auto member) { sum.*member += more.*member; });
}

namespace detail {

template <class D, class P>
constexpr char const* name_if(P pointer) {
  if constexpr (std::is_same_v<std::remove_cv_t<decltype(D::pointer)>, P>)
    return D::pointer == pointer ? D::name : nullptr;
  else return nullptr;
}

template <class P, template <class...> class List, class... D>
constexpr char const* name_among(P pointer, List<D...>*) {
  char const* name = nullptr;
  ((name = name ? name : name_if<D>(pointer)), ...);
  return name;
}

}  // namespace detail

// The name of the described member that `pointer` points to. Throws error(errc::invalid_argument) for a member that is
// not described.
template <class R, class M>
std::string_view member_name(M R::* pointer) {
  auto const* name = detail::name_among(pointer, static_cast<detail::members_of<R>*>(nullptr));
  if (!name) detail::throw_undescribed("a member", detail::type_spelling<R>());
  return name;
}

namespace detail {

// Throws error(errc::invalid_argument) for an enumerator that is not described: it could not be read back.
template <class E>
std::string enumerator_name(E in) {
  auto const* name = boost::describe::enum_to_string(in, nullptr);
  if (!name) throw_undescribed("an enumerator", type_spelling<E>());
  return name;
}

}  // namespace detail

}  // namespace sambung
