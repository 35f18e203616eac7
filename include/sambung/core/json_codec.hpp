// JSON for described structs: camelCase names, and a strict reader that reports every fault with its path.
//
// Refused on input: unknown and duplicate keys, wrong types, missing required members, numbers out of range or not
// finite, NUL in text, text over the limit of its field, nesting deeper than 32. Timestamps are ISO 8601 strings, ids
// are canonical UUID text, enums are the names of their enumerators, binaries are base64. A std::variant of described
// structs, each with a `static constexpr std::string_view type_name` of a literal, carries that name as "type". A
// boost::json::object member is opaque.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/json_parsing.hpp>
#include <sambung/core/json_reader.hpp>
#include <sambung/core/json_writing.hpp>
#include <sambung/core/record.hpp>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <string>
#include <string_view>
#include <variant>

namespace sambung {

namespace detail {

// A field with the default limits. Not a variable of the header: every unit would have to initialise it.
SAMBUNG_API field const& any_text() noexcept;

template <class T>
void read_json(boost::json::value const& in, T& out, field const& limits, json_reader& reader);
template <class T>
void check_value(T const& in, field const& limits, json_reader& reader);

template <class R>
void read_members(boost::json::object const& in, R& out, std::string_view extra_key, json_reader& reader) {
  auto const& fields = description_of<R>().fields;
  auto const known = [&](std::string_view key) {
    if (key == extra_key) return true;
    for (auto const& f : fields)
      if (!f.internal && f.json_name == key) return true;
    return false;
  };
  for (auto const& item : in)
    if (!known(item.key())) reader.inside(std::string_view(item.key()), [&] { reader.fault("unknown field"); });
  for_each_member<R>([&](auto member, std::size_t i) {
    if (fields[i].internal) return;
    auto const found = in.find(fields[i].json_name);
    reader.inside(fields[i].json_name, [&] {
      if (found != in.end()) read_json(found->value(), out.*member.pointer, fields[i], reader);
      else if (fields[i].required) reader.fault("required");
    });
  });
}

template <class... T>
void read_variant(boost::json::value const& in, std::variant<T...>& out, json_reader& reader) {
  auto const* object = reader.object(in);
  if (!object) return;
  auto const type = object->find("type");
  if (type == object->end() || !type->value().is_string())
    return reader.inside("type", [&] { reader.fault("required: the name of the alternative"); });
  std::string_view const name = type->value().get_string();
  bool const known =
      ((name == T::type_name && (read_members(*object, out.template emplace<T>(), "type", reader), true)) || ...);
  if (!known) reader.inside("type", [&] { reader.unknown_name(std::array{T::type_name.data()...}); });
}

template <class T>
void read_json(boost::json::value const& in, T& out, field const& limits, json_reader& reader) {
  if constexpr (is_optional<T>::value) {
    if (in.is_null()) out.reset();
    else read_json(in, out.emplace(), limits, reader);
  } else if constexpr (std::is_enum_v<T>) {
    if (!in.is_string() || !boost::describe::enum_from_string(in.get_string().c_str(), out))
      reader.unknown_name(enumerator_names<T>);
  } else if constexpr (is_typed_id<T>::value) {
    reader.read(in, out.value);
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    std::int64_t wide = 0;
    field narrow = limits;
    narrow.minimum = std::max<std::int64_t>(narrow.minimum, std::numeric_limits<T>::min());
    if constexpr (sizeof(T) < sizeof(wide))
      narrow.maximum = std::min<std::int64_t>(narrow.maximum, std::numeric_limits<T>::max());
    reader.read(in, wide, narrow);
    out = static_cast<T>(wide);
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, binary>) {
    reader.read(in, out, limits);
  } else if constexpr (is_vector<T>::value) {
    if (!in.is_array()) return reader.fault("must be an array");
    auto const& array = in.get_array();
    if (array.size() > limits.max_items) return reader.fault("at most " + std::to_string(limits.max_items) + " items");
    out.resize(array.size());
    for (std::size_t i = 0; i < array.size(); ++i)
      reader.inside(i, [&] { read_json(array[i], out[i], limits, reader); });
  } else if constexpr (is_variant<T>::value) {
    read_variant(in, out, reader);
  } else if constexpr (described<T>) {
    if (auto const* object = reader.object(in)) read_members(*object, out, {}, reader);
  } else if constexpr (std::is_same_v<T, boost::json::object>) {
    if (auto const* object = reader.object(in)) {
      reader.check_opaque(in, limits);
      out = *object;
    }
  } else if constexpr (std::is_same_v<T, boost::json::value>) {
    reader.check_opaque(in, limits);
    out = in;
  } else {
    reader.read(in, out);
  }
}

template <class R>
void check_members(R const& in, json_reader& reader) {
  auto const& fields = description_of<R>().fields;
  for_each_member<R>([&](auto member, std::size_t i) {
    if (fields[i].internal) return;
    reader.inside(fields[i].json_name, [&] { check_value(in.*member.pointer, fields[i], reader); });
  });
}

template <class T>
void check_value(T const& in, field const& limits, json_reader& reader) {
  if constexpr (is_optional<T>::value) {
    if (in) check_value(*in, limits, reader);
  } else if constexpr (std::is_enum_v<T>) {
    if (!boost::describe::enum_to_string(in, nullptr)) reader.unknown_name(enumerator_names<T>);
  } else if constexpr (is_vector<T>::value) {
    if (in.size() > limits.max_items) return reader.fault("at most " + std::to_string(limits.max_items) + " items");
    for (std::size_t i = 0; i < in.size(); ++i) reader.inside(i, [&] { check_value(in[i], limits, reader); });
  } else if constexpr (is_variant<T>::value) {
    std::visit([&](auto const& alternative) { check_members(alternative, reader); }, in);
  } else if constexpr (described<T>) {
    check_members(in, reader);
  } else if constexpr (std::is_same_v<T, boost::json::object> || std::is_same_v<T, boost::json::value>) {
    reader.check_opaque(in, limits);
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    reader.check(static_cast<std::int64_t>(in), limits);
  } else if constexpr (std::is_same_v<T, std::string>) {
    reader.check(std::string_view(in), limits);
  } else if constexpr (std::is_same_v<T, binary>) {
    reader.check(in, limits);
  } else if constexpr (std::is_floating_point_v<T> || std::is_same_v<T, timestamp>) {
    reader.check(in);
  } else {
    static_assert(std::is_same_v<T, bool> || is_typed_id<T>::value || std::is_same_v<T, uuid>);
  }
}

}  // namespace detail

// JSON of a value; internal fields are left out. `writer` learns where the timestamps are.
template <class T>
boost::json::value to_json(T const& in, json_writer& writer) {
  return detail::write_json(in, writer);
}
template <class T>
boost::json::value to_json(T const& in) {
  json_writer writer;
  return detail::write_json(in, writer);
}

// The same JSON as text, written straight behind what `text` has.
template <class T>
void append_json(std::string& text, T const& in, json_writer& writer) {
  detail::append_value(text, in, writer);
}
template <class T>
std::string to_json_text(T const& in) {
  std::string text;
  json_writer writer;
  append_json(text, in, writer);
  return text;
}

// What from_json() would find wrong with the JSON of a value: errc::invalid_argument with every issue listed.
template <class T>
result<void> validate(T const& in) {
  json_reader reader;
  detail::check_value(in, detail::any_text(), reader);
  if (reader.failed()) return reader.why();
  return {};
}

// The inverse of to_json(): errc::invalid_argument with every issue listed.
template <class T>
result<T> from_json(boost::json::value const& in) {
  T out{};
  json_reader reader;
  detail::read_json(in, out, detail::any_text(), reader);
  if (reader.failed()) return reader.why();
  return out;
}

// parse_json, then from_json.
template <class T>
result<T> parse_json_as(std::string_view text, json_limits limits = {}) {
  auto parsed = parse_json(text, limits);
  if (!parsed) return parsed.error();
  return from_json<T>(*parsed);
}

}  // namespace sambung
