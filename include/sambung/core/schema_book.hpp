// schema_book: the JSON Schemas of described types by name, each once, with references to those that they are made of.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/json_schema.hpp>

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace sambung {

// A schema says what is read or what is written: what may be left out is written nevertheless, and what is written may
// come to have more members.
enum class schema_use { input, output };

// What a variant of described structs is called where types have names: specialised for it.
template <class V>
inline constexpr std::string_view variant_name{};

class schema_book;

// Adds what is needed of a type to a book, and gives the schema of the type, which may be a reference.
using schema_source = boost::json::object (*)(schema_book& book, schema_use use, field const& limits);

// "sambung::chat" is "Chat", and what is read of it "ChatInput" (of "chat_input" it is so anyway);
// "list_output<chat>" is "ListOutputOfChat". Thread safety: none.
class SAMBUNG_API schema_book {
 public:
  // `where`: what references begin with, "#/components/schemas/".
  explicit schema_book(std::string where) : where_(std::move(where)) {}

  // A described struct, as the compiler spells its name; of an alternative of a variant with its type.
  boost::json::object structure(std::string_view spelling, schema_use use, record_description const& of,
                                std::span<schema_source const> members, std::string_view type_name = {});
  // A variant that has a name: `alternatives` makes its schema.
  boost::json::object variant(std::string_view name, schema_use use,
                              boost::json::object (*alternatives)(schema_book& book, schema_use use));

  // Every schema by its name.
  boost::json::object const& schemas() const { return schemas_; }

 private:
  std::string name_for(std::string_view key, std::string_view spelling, schema_use use);
  boost::json::object reference(std::string_view name) const;

  std::string where_;
  std::map<std::string, std::string, std::less<>> names_;  // by what they stand for
  boost::json::object schemas_;
};

namespace detail {

SAMBUNG_API boost::json::object schema_or_null(boost::json::object schema);

template <class T>
boost::json::object schema_in(schema_book& book, schema_use use, field const& limits);

template <class R, template <class...> class List, class... D>
constexpr std::array<schema_source, sizeof...(D)> schemas_of_all(List<D...>*) {
  return {{&schema_in<std::remove_cvref_t<decltype(std::declval<R&>().*D::pointer)>>...}};
}
template <class R>
inline constexpr auto member_schemas = schemas_of_all<R>(static_cast<members_of<R>*>(nullptr));

template <class R>
boost::json::object schema_of_struct(schema_book& book, schema_use use, std::string_view type_name = {}) {
  return book.structure(type_spelling<R>(), use, description_of<R>(), member_schemas<R>, type_name);
}

template <class... R>
boost::json::object schema_of_alternatives(schema_book& book, schema_use use, std::variant<R...> const*) {
  boost::json::array alternatives;
  (alternatives.emplace_back(schema_of_struct<R>(book, use, R::type_name)), ...);
  return schema_of_any(std::move(alternatives));
}

template <class V>
boost::json::object schema_of_alternatives_of(schema_book& book, schema_use use) {
  return schema_of_alternatives(book, use, static_cast<V const*>(nullptr));
}

// What has no parts of its own is as json_schema() has it.
template <class T>
boost::json::object schema_in(schema_book& book, schema_use use, field const& limits) {
  if constexpr (is_optional<T>::value)
    return schema_or_null(schema_in<typename is_optional<T>::inner>(book, use, limits));
  else if constexpr (is_vector<T>::value)
    return schema_of_list(schema_in<typename T::value_type>(book, use, limits), limits);
  else if constexpr (is_variant<T>::value)
    return variant_name<T>.empty() ? schema_of_alternatives_of<T>(book, use)
                                   : book.variant(variant_name<T>, use, &schema_of_alternatives_of<T>);
  else if constexpr (described<T> && !std::is_enum_v<T>) return schema_of_struct<T>(book, use);
  else return json_schema<T>(limits);
}

}  // namespace detail

}  // namespace sambung
