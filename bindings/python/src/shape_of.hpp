// shape_of: the shape of a C++ type, out of its description: one static table for each type.
#pragma once

#include "shape.hpp"

#include <sambung/core/binary.hpp>
#include <sambung/core/json_codec.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/record.hpp>
#include <sambung/core/secret.hpp>
#include <sambung/security/permissions.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace sambung::python {

template <class T>
shape const& shape_of();

namespace detail {

std::string python_name(std::string_view name);  // "from" is "from_", "protected_" is "protected"
std::string member_name(std::string_view type, std::string_view member);
std::string plain_name(std::string_view spelling);   // "sambung::chat" is "chat"
std::string id_name(std::string_view tag_spelling);  // "sambung::chat_tag" is "chat_id"
shape const& shape_of_shown_text();
bool is_shown_secret(std::string_view type, std::string_view member);

template <class T>
concept has_own_shape = requires { own_shape<T>::make(); };
template <class T>
struct is_page : std::false_type {};
template <class T>
struct is_page<page<T>> : std::true_type {
  using item = T;
};
template <class T>
struct is_duration : std::false_type {};
template <class Rep, class Period>
struct is_duration<std::chrono::duration<Rep, Period>> : std::true_type {};
template <class T>
struct is_map : std::false_type {};
template <class T>
struct is_map<std::vector<std::pair<std::string, T>>> : std::true_type {
  using mapped = T;
};
template <class T>
struct tag_of_id;
template <class Tag>
struct tag_of_id<typed_id<Tag>> {
  using type = Tag;
};

template <class T>
void* address_of(T& value) {
  return const_cast<std::remove_const_t<T>*>(std::addressof(value));
}

template <class T>
void describe_list(shape& s) {
  s.count = [](void const* v) { return static_cast<T const*>(v)->size(); };
  s.at = [](void* v, std::size_t i) { return address_of((*static_cast<T*>(v))[i]); };
  if constexpr (std::is_default_constructible_v<typename T::value_type>)
    s.resize = [](void* v, std::size_t size) { static_cast<T*>(v)->resize(size); };
}

template <class T>
void describe_map(shape& s) {
  s.count = [](void const* v) { return static_cast<T const*>(v)->size(); };
  s.at = [](void* v, std::size_t i) { return address_of((*static_cast<T*>(v))[i].second); };
  s.key = [](void* v, std::size_t i) { return &(*static_cast<T*>(v))[i].first; };
  s.resize = [](void* v, std::size_t size) { static_cast<T*>(v)->resize(size); };
}

template <class T>
void describe_optional(shape& s) {
  s.count = [](void const* v) { return static_cast<std::size_t>(static_cast<T const*>(v)->has_value()); };
  s.at = [](void* v, std::size_t) { return address_of(**static_cast<T*>(v)); };
  if constexpr (std::is_default_constructible_v<typename T::value_type>)
    s.resize = [](void* v, std::size_t size) {
      if (size) static_cast<T*>(v)->emplace();
      else static_cast<T*>(v)->reset();
    };
}

template <class... T>
void describe_variant(shape& s, std::variant<T...> const*) {
  using variant = std::variant<T...>;
  s.of = {&shape_of<T>()...};
  s.which = [](void const* v) { return static_cast<variant const*>(v)->index(); };
  s.alternative = [](void* v) {
    return std::visit([](auto& one) { return address_of(one); }, *static_cast<variant*>(v));
  };
  s.become = [](void* v, std::size_t i) -> void* {
    void* place = nullptr;
    std::size_t number = 0;
    auto const take = [&]<class One>(std::type_identity<One>) {
      if (number++ == i) place = address_of(static_cast<variant*>(v)->template emplace<One>());
    };
    (take(std::type_identity<T>()), ...);
    return place;
  };
}

template <class E>
void describe_enum(shape& s) {
  s.name = plain_name(sambung::detail::type_spelling<E>());
  s.size = sizeof(E);
  s.is_signed = std::is_signed_v<std::underlying_type_t<E>>;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&](auto one) { s.enumerators.push_back({one.name, static_cast<std::int64_t>(one.value)}); });
}

template <class R>
void describe_members(shape& s) {
  s.name = plain_name(sambung::detail::type_spelling<R>());
  if constexpr (requires { R::type_name; }) s.tag = R::type_name;
  auto const& limits = description_of<R>().fields;
  alignas(R) static std::byte place[sizeof(R)];  // never a value: offsets only
  auto* const somewhere = reinterpret_cast<R*>(place);
  sambung::detail::for_each_member<R>([&](auto member, std::size_t i) {
    using type = std::remove_cvref_t<decltype(std::declval<R&>().*member.pointer)>;
    auto const offset = reinterpret_cast<std::byte*>(std::addressof(somewhere->*member.pointer)) - place;
    auto const* of = &shape_of<type>();
    if constexpr (std::is_same_v<type, std::string>)
      if (is_shown_secret(s.name, member.name)) of = &shape_of_shown_text();
    s.fields.push_back({member_name(s.name, member.name), static_cast<std::size_t>(offset), of, limits[i]});
  });
}

template <class T>
shape describe() {
  shape s;
  if constexpr (std::is_default_constructible_v<T>)
    s.make = [] { return std::shared_ptr<void>(std::make_shared<T>()); };
  if constexpr (std::is_same_v<T, bool>) {
    s.what = kind::boolean;
  } else if constexpr (std::is_enum_v<T>) {
    s.what = kind::enumeration;
    describe_enum<T>(s);
  } else if constexpr (std::is_integral_v<T>) {
    s.what = kind::integer;
    s.size = sizeof(T);
    s.is_signed = std::is_signed_v<T>;
  } else if constexpr (std::is_floating_point_v<T>) {
    s.what = kind::real;
    s.size = sizeof(T);
  } else if constexpr (std::is_same_v<T, std::string>) {
    s.what = kind::text;
  } else if constexpr (std::is_same_v<T, binary>) {
    s.what = kind::bytes;
  } else if constexpr (std::is_same_v<T, sambung::timestamp>) {
    s.what = kind::timestamp;
  } else if constexpr (is_duration<T>::value) {
    static_assert(sizeof(typename T::rep) == sizeof(std::int64_t));
    s.what = kind::duration;
    s.tick_numerator = T::period::num;
    s.tick_denominator = T::period::den;
  } else if constexpr (std::is_same_v<T, boost::json::value>) {
    s.what = kind::json_value;
  } else if constexpr (std::is_same_v<T, boost::json::object>) {
    s.what = kind::json_object;
  } else if constexpr (std::is_same_v<T, boost::json::array>) {
    s.what = kind::json_array;
  } else if constexpr (std::is_same_v<T, secret_string>) {
    s.what = kind::secret;
  } else if constexpr (std::is_same_v<T, permission_set>) {
    s.what = kind::permissions;
  } else if constexpr (std::is_same_v<T, uuid>) {
    s.what = kind::id;
    s.name = "uuid";
  } else if constexpr (sambung::detail::is_typed_id<T>::value) {
    static_assert(sizeof(T) == sizeof(uuid));
    s.what = kind::id;
    s.name = id_name(sambung::detail::type_spelling<typename tag_of_id<T>::type>());
  } else if constexpr (sambung::detail::is_optional<T>::value) {
    s.what = kind::optional;
    s.of = {&shape_of<typename T::value_type>()};
    describe_optional<T>(s);
  } else if constexpr (is_map<T>::value) {
    s.what = kind::map;
    s.of = {&shape_of<typename is_map<T>::mapped>()};
    describe_map<T>(s);
  } else if constexpr (sambung::detail::is_vector<T>::value) {
    s.what = kind::list;
    s.of = {&shape_of<typename T::value_type>()};
    describe_list<T>(s);
  } else if constexpr (sambung::detail::is_variant<T>::value) {
    s.what = kind::variant;
    describe_variant(s, static_cast<T const*>(nullptr));
  } else if constexpr (is_page<T>::value) {
    s.what = kind::page;
    s.of = {&shape_of<std::vector<typename is_page<T>::item>>()};
    s.at = [](void* v, std::size_t) { return address_of(static_cast<T*>(v)->items); };
    s.cursor = [](void* v) { return &static_cast<T*>(v)->next_cursor; };
  } else {
    static_assert(sambung::detail::described<T>, "neither described nor given an own_shape");
    s.what = kind::structure;
    describe_members<T>(s);
  }
  return s;
}

}  // namespace detail

// Made once. Thread safety: safe to call from any thread.
template <class T>
shape const& shape_of() {
  static shape const made = [] {
    if constexpr (detail::has_own_shape<T>) return own_shape<T>::make();
    else return detail::describe<T>();
  }();
  return made;
}

template <class T>
erased erase_type(T value) {
  return {std::make_shared<T>(std::move(value)), &shape_of<T>()};
}

}  // namespace sambung::python
