// JSON Schema of described structs, and a check of values against a schema.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/json_codec.hpp>

#include <vector>

namespace sambung {

namespace detail {

SAMBUNG_API boost::json::object schema_of_text(field const& limits);
SAMBUNG_API boost::json::object schema_of_bytes(field const& limits);
SAMBUNG_API boost::json::object schema_of_integer(field const& limits);
SAMBUNG_API boost::json::object schema_of_list(boost::json::object items, field const& limits);
SAMBUNG_API boost::json::object schema_of_enum(boost::json::array names);
SAMBUNG_API boost::json::object schema_of_object(boost::json::object properties, boost::json::array required);
SAMBUNG_API boost::json::object schema_of_type(char const* type, char const* format = nullptr);
SAMBUNG_API boost::json::object schema_of_any(boost::json::array alternatives);

template <class T>
boost::json::object json_schema(field const& limits);

template <class E>
boost::json::array enumerators() {
  boost::json::array names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto one) { names.emplace_back(one.name); });
  return names;
}

template <class R>
boost::json::object schema_of_members(boost::json::object properties = {}, boost::json::array required = {}) {
  auto const& fields = description_of<R>().fields;
  for_each_member<R>([&](auto member, std::size_t i) {
    using type = std::remove_cvref_t<decltype(std::declval<R&>().*member.pointer)>;
    if (fields[i].internal) return;
    properties.emplace(fields[i].json_name, json_schema<type>(fields[i]));
    if (fields[i].required) required.emplace_back(fields[i].json_name);
  });
  return schema_of_object(std::move(properties), std::move(required));
}

template <class R>
boost::json::object schema_of_alternative() {
  boost::json::array name;
  name.emplace_back(R::type_name);
  boost::json::object properties;
  properties.emplace("type", schema_of_enum(std::move(name)));
  boost::json::array required;
  required.emplace_back("type");
  return schema_of_members<R>(std::move(properties), std::move(required));
}

template <class... R>
boost::json::object schema_of_variant(std::variant<R...> const*) {
  boost::json::array alternatives;
  (alternatives.emplace_back(schema_of_alternative<R>()), ...);
  return schema_of_any(std::move(alternatives));
}

template <class T>
boost::json::object json_schema(field const& limits) {
  if constexpr (is_optional<T>::value) return json_schema<typename is_optional<T>::inner>(limits);
  else if constexpr (std::is_enum_v<T>) return schema_of_enum(enumerators<T>());
  else if constexpr (is_typed_id<T>::value || std::is_same_v<T, uuid>) return schema_of_type("string", "uuid");
  else if constexpr (std::is_same_v<T, timestamp>) return schema_of_type("string", "date-time");
  else if constexpr (std::is_same_v<T, bool>) return schema_of_type("boolean");
  else if constexpr (std::is_integral_v<T>) return schema_of_integer(limits);
  else if constexpr (std::is_floating_point_v<T>) return schema_of_type("number");
  else if constexpr (std::is_same_v<T, std::string>) return schema_of_text(limits);
  else if constexpr (std::is_same_v<T, binary>) return schema_of_bytes(limits);
  else if constexpr (is_vector<T>::value) return schema_of_list(json_schema<typename T::value_type>(limits), limits);
  else if constexpr (is_variant<T>::value) return schema_of_variant(static_cast<T const*>(nullptr));
  else if constexpr (described<T>) return schema_of_members<T>();
  else if constexpr (std::is_same_v<T, boost::json::object>) return schema_of_type("object");
  else return boost::json::object();  // boost::json::value: anything
}

}  // namespace detail

// The schema of what from_json<T> takes, which is stricter in what a schema cannot say. A described struct must not
// contain itself.
template <class T>
boost::json::object json_schema_of() {
  return detail::json_schema<T>(detail::any_text());
}

// Every fault that `value` has by `schema`: those of type, enum, const, properties, required, additionalProperties,
// items, minItems, maxItems, minLength, maxLength (in characters), minimum, maximum, anyOf, oneOf (as anyOf) and allOf.
// Other keywords, "$ref" among them, say nothing. At most 100 issues.
SAMBUNG_API std::vector<issue> check_json(boost::json::value const& value, boost::json::object const& schema);

}  // namespace sambung
