// value and row: what a storage backend stores, and the codec between rows and described records.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/json_codec.hpp>

#include <variant>
#include <vector>

namespace sambung {

// One column of one row. null; boolean; integer and timestamp (UTC milliseconds); real; text and json (its text); uuid;
// bytes.
using value = std::variant<std::monostate, bool, std::int64_t, double, std::string, uuid, binary>;

// One value for each field of the record, in the order of record_description::fields.
using row = std::vector<value>;

// How many bytes the texts, the JSON and the binaries of a row have.
SAMBUNG_API std::size_t text_bytes(row const& in) noexcept;

// Whether `v` may stand in a column of type `f.type`: its alternative, its nullability, its limits; says why not.
// Numbers must be finite, JSON well-formed.
SAMBUNG_API std::optional<std::string> value_fault(value const& v, field const& f);

// `v` as every backend stores it: -0.0 becomes 0.0.
SAMBUNG_API value stored_value(value v);

namespace detail {

SAMBUNG_API std::string json_text(boost::json::value const& json);
SAMBUNG_API boost::json::value parse_stored_json(std::string const& text);  // throws error(errc::data_loss)
[[noreturn]] SAMBUNG_API void throw_damaged(std::string_view what);         // throws error(errc::data_loss)

template <class T>
value to_value(T const& in) {
  if constexpr (is_optional<T>::value) return in ? to_value(*in) : value();
  else if constexpr (std::is_same_v<T, bool>) return value(in);
  else if constexpr (std::is_integral_v<T>) return value(static_cast<std::int64_t>(in));
  else if constexpr (std::is_floating_point_v<T>) return value(static_cast<double>(in));
  else if constexpr (std::is_convertible_v<T const&, std::string_view>) return value(std::string(in));
  else if constexpr (std::is_enum_v<T>) return value(enumerator_name(in));
  else if constexpr (is_typed_id<T>::value) return value(in.value);
  else if constexpr (std::is_same_v<T, uuid> || std::is_same_v<T, binary>) return value(in);
  else if constexpr (std::is_same_v<T, timestamp>)
    return value(static_cast<std::int64_t>(in.time_since_epoch().count()));
  else return value(to_json_text(in));
}

// The value of a field. JSON that could not be read back by the rules of the field: throws
// error(errc::invalid_argument). Other values are checked when they are written.
template <class T>
value to_value(T const& in, field const& of) {
  if constexpr (column_type_of<T>() == column_type::json) {
    json_reader reader;
    reader.inside(of.json_name, [&] { check_value(in, of, reader); });
    if (reader.failed()) throw error(reader.why());
  }
  return to_value(in);
}

template <class V>
V const& stored_as(value const& in) {
  auto const* found = std::get_if<V>(&in);
  if (!found) throw_damaged("a stored value has the wrong type");
  return *found;
}

template <class T>
T from_value(value const& in, field const& of) {
  if constexpr (is_optional<T>::value) {
    if (std::holds_alternative<std::monostate>(in)) return std::nullopt;
    return from_value<typename is_optional<T>::inner>(in, of);
  } else if constexpr (std::is_same_v<T, bool>) {
    return stored_as<bool>(in);
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(stored_as<std::int64_t>(in));
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(stored_as<double>(in));
  } else if constexpr (std::is_same_v<T, std::string>) {
    return stored_as<std::string>(in);
  } else if constexpr (std::is_enum_v<T>) {
    T out{};
    if (!boost::describe::enum_from_string(stored_as<std::string>(in).c_str(), out))
      throw_damaged("a stored name is not one of the known names");
    return out;
  } else if constexpr (is_typed_id<T>::value) {
    return T{stored_as<uuid>(in)};
  } else if constexpr (std::is_same_v<T, uuid> || std::is_same_v<T, binary>) {
    return stored_as<T>(in);
  } else if constexpr (std::is_same_v<T, timestamp>) {
    return timestamp(std::chrono::milliseconds(stored_as<std::int64_t>(in)));
  } else {
    T out{};
    json_reader reader;
    read_json(parse_stored_json(stored_as<std::string>(in)), out, of, reader);
    if (reader.failed()) throw_damaged(reader.why().message);
    return out;
  }
}

}  // namespace detail

// The row of a record.
template <class R>
row to_row(R const& in) {
  auto const& fields = description_of<R>().fields;
  row out;
  out.reserve(fields.size());
  detail::for_each_member<R>(
      [&](auto member, std::size_t i) { out.push_back(detail::to_value(in.*member.pointer, fields[i])); });
  return out;
}

// The record of a row. Throws error(errc::data_loss) when the row is not one of R's.
template <class R>
R from_row(row const& in) {
  auto const& fields = description_of<R>().fields;
  if (in.size() != fields.size()) detail::throw_damaged("a stored row has the wrong width");
  R out{};
  detail::for_each_member<R>([&](auto member, std::size_t i) {
    using type = std::remove_cvref_t<decltype(out.*member.pointer)>;
    out.*member.pointer = detail::from_value<type>(in[i], fields[i]);
  });
  return out;
}

// What of a row can be read: a member whose value is damaged keeps its initial one. Empty when the key is damaged.
template <class R>
std::optional<R> salvage_row(row const& in) {
  auto const& fields = description_of<R>().fields;
  R out{};
  bool keyed = false;
  detail::for_each_member<R>([&](auto member, std::size_t i) {
    using type = std::remove_cvref_t<decltype(out.*member.pointer)>;
    if (i >= in.size()) return;
    try {
      out.*member.pointer = detail::from_value<type>(in[i], fields[i]);
      if (i == 0) keyed = true;
    } catch (error const&) {
      return;
    }
  });
  return keyed ? std::optional<R>(std::move(out)) : std::nullopt;
}

// As from_row, with errc::data_loss for a damaged row.
template <class R>
result<R> read_row(row const& in) {
  try {
    return from_row<R>(in);
  } catch (error const& e) {
    return e.why();
  }
}

}  // namespace sambung
