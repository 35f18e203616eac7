// SAMBUNG_DESCRIBE_STRUCT and SAMBUNG_DESCRIBE_ENUM: BOOST_DESCRIBE_STRUCT and BOOST_DESCRIBE_ENUM for the many types
// of Sambung's own headers. They say the same to Boost.Describe and cost who includes them less: a description is
// compiled where it is asked for, not wherever its header is read. An application's own types need Boost's macros only.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/mp11/list.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace sambung::detail {

// The name at a position of "(id, title)", or of "id, title".
constexpr std::string_view name_at(std::string_view names, std::size_t position) {
  for (;; --position) {
    names.remove_prefix(names.find_first_not_of("(), "));
    auto const one = names.substr(0, names.find_first_of("), "));
    if (position == 0) return one;
    names.remove_prefix(one.size());
  }
}

// The same, ended by a NUL. Names::all() are all of them.
template <class Names, std::size_t Position>
constexpr auto ended_name() {
  constexpr std::string_view name = name_at(Names::all(), Position);
  std::array<char, name.size() + 1> ended{};
  for (std::size_t i = 0; i < name.size(); ++i) ended[i] = name[i];
  return ended;
}
// Equal names are one in a program.
template <auto Name>
inline constexpr auto one_name = Name;
template <class Names, std::size_t Position>
inline constexpr char const* name_of = one_name<ended_name<Names, Position>()>.data();

// What Boost.Describe asks of a member, an enumerator and a list of bases.
template <class Names, std::size_t Position, auto Pointer>
struct described_member {
  static constexpr auto pointer = Pointer;
  static constexpr char const* name = name_of<Names, Position>;
  static constexpr unsigned modifiers = boost::describe::mod_public;
};
template <class Names, std::size_t Position, auto Value>
struct described_enumerator {
  static constexpr auto value = Value;
  static constexpr char const* name = name_of<Names, Position>;
};
template <class C, class... Base>
using described_bases = boost::mp11::mp_list<boost::describe::detail::base_descriptor<C, Base>...>;

// One description for each value, by its position among the names.
template <template <class, std::size_t, auto> class Description, class Names, auto... Value, std::size_t... I>
auto described_as(std::index_sequence<I...>) {
  return boost::mp11::mp_list<Description<Names, I, Value>...>();
}
template <template <class, std::size_t, auto> class Description, class Names, auto... Value>
auto described_as() {
  return described_as<Description, Names, Value...>(std::make_index_sequence<sizeof...(Value)>());
}

}  // namespace sambung::detail

// What Boost's macros make, as templates, of which what depends on `Described` is only read, and with the names as one
// text: a type for each name is what costs most. By Boost's own macros where these are made in another way.
#if defined(BOOST_DESCRIBE_BASES_) && defined(BOOST_DESCRIBE_PUBLIC_MEMBERS_) && defined(BOOST_DESCRIBE_ENUM_BEGIN)

#define SAMBUNG_DESCRIBE_1(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_2(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_2(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_3(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_3(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_4(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_4(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_5(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_5(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_6(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_6(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_7(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_7(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_8(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_8(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_9(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_9(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_10(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_10(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_11(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_11(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_12(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_12(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_13(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_13(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_14(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_14(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_15(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_15(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_16(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_16(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_17(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_17(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_18(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_18(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_19(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_19(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_20(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_20(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_21(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_21(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_22(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_22(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_23(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_23(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_24(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_24(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_25(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_25(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_26(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_26(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_27(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_27(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_28(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_28(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_29(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_29(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_30(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_30(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_31(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_31(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_32(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_32(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_33(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_33(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_34(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_34(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_35(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_35(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_36(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_36(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_37(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_37(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_38(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_38(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_39(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_39(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_40(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_40(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_41(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_41(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_42(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_42(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_43(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_43(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_44(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_44(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_45(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_45(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_46(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_46(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_47(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_47(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_48(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_48(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_49(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_49(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_50(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_50(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_51(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_51(p, m, ...) , p Described::m __VA_OPT__(SAMBUNG_DESCRIBE_52(p, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_52(p, m) , p Described::m
#define SAMBUNG_DESCRIBE_POINTERS(...) __VA_OPT__(SAMBUNG_DESCRIBE_1(&, __VA_ARGS__))
#define SAMBUNG_DESCRIBE_NAMES(names)                         \
  struct name_list {                                          \
    static constexpr std::string_view all() { return names; } \
  }

#define SAMBUNG_DESCRIBE_STRUCT(C, Bases, Members)                                                            \
  template <class Described = C>                                                                              \
  ::sambung::detail::described_bases<Described BOOST_DESCRIBE_PP_UNPACK Bases> boost_base_descriptor_fn(C**); \
  template <class Described = C>                                                                              \
  auto boost_public_member_descriptor_fn(C**) {                                                               \
    SAMBUNG_DESCRIBE_NAMES(#Members);                                                                         \
    return ::sambung::detail::described_as<::sambung::detail::described_member,                               \
                                           name_list SAMBUNG_DESCRIBE_POINTERS Members>();                    \
  }                                                                                                           \
  template <int = 0>                                                                                          \
  ::boost::mp11::mp_list<> boost_protected_member_descriptor_fn(C**);                                         \
  template <int = 0>                                                                                          \
  ::boost::mp11::mp_list<> boost_private_member_descriptor_fn(C**);

#define SAMBUNG_DESCRIBE_ENUM(E, ...)                                                      \
  template <class Described = E>                                                           \
  auto boost_enum_descriptor_fn(E**) {                                                     \
    SAMBUNG_DESCRIBE_NAMES(#__VA_ARGS__);                                                  \
    return ::sambung::detail::described_as<::sambung::detail::described_enumerator,        \
                                           name_list SAMBUNG_DESCRIBE_1(, __VA_ARGS__)>(); \
  }

#else

#define SAMBUNG_DESCRIBE_STRUCT BOOST_DESCRIBE_STRUCT
#define SAMBUNG_DESCRIBE_ENUM BOOST_DESCRIBE_ENUM

#endif
