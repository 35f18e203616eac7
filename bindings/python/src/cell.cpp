#include "cell.hpp"

#include <boost/json/serialize.hpp>

namespace sambung::python {
namespace {

template <class T>
sambung::value expected(cell const& in, char const* what, json_reader& reader) {
  if (auto const* found = std::get_if<T>(&in.value)) return sambung::value(*found);
  reader.fault(std::string("must be ") + what);
  return {};
}

sambung::value real_value(cell const& in, json_reader& reader) {
  if (auto const* whole = std::get_if<std::int64_t>(&in.value)) return static_cast<double>(*whole);
  return expected<double>(in, "a number", reader);
}

sambung::value uuid_value(cell const& in, json_reader& reader) {
  auto const* text = std::get_if<std::string>(&in.value);
  auto const read = text ? parse_uuid(*text) : std::nullopt;
  if (!read) reader.fault("must be a UUID");
  return read.value_or(uuid());
}

sambung::value time_value(cell const& in, json_reader& reader) {
  auto const* time = std::get_if<timestamp>(&in.value);
  if (!time) reader.fault("must be a datetime");
  return static_cast<std::int64_t>(time ? time->time_since_epoch().count() : 0);
}

}  // namespace

cell::cell() = default;
cell::cell(any of) : value(std::move(of)) {}
cell::cell(cell const&) = default;
cell::cell(cell&&) noexcept = default;
cell& cell::operator=(cell const&) = default;
cell& cell::operator=(cell&&) noexcept = default;
cell::~cell() = default;

boost::json::value json_of(cell const& in, json_reader& reader) {
  return std::visit(
      [&]<class T>(T const& of) -> boost::json::value {
        if constexpr (std::is_same_v<T, std::monostate>) return boost::json::value(nullptr);
        else if constexpr (std::is_same_v<T, binary>) return boost::json::value(to_base64(of));
        else if constexpr (std::is_same_v<T, timestamp>) return boost::json::value(to_iso8601(of));
        else if constexpr (std::is_same_v<T, cell_list>) {
          boost::json::array array;
          for (auto const& one : of) array.push_back(json_of(one, reader));
          return boost::json::value(std::move(array));
        } else if constexpr (std::is_same_v<T, cell_map>) {
          boost::json::object object;
          for (auto const& [name, one] : of) object.emplace(name, json_of(one, reader));
          return boost::json::value(std::move(object));
        } else return boost::json::value(of);
      },
      in.value);
}

sambung::value column_value(cell const& in, field const& of, json_reader& reader) {
  if (std::holds_alternative<std::monostate>(in.value)) return {};
  switch (of.type) {
    case column_type::boolean:
      return expected<bool>(in, "True or False", reader);
    case column_type::integer:
      return expected<std::int64_t>(in, "an integer", reader);
    case column_type::real:
      return real_value(in, reader);
    case column_type::text:
      return expected<std::string>(in, "text", reader);
    case column_type::uuid:
      return uuid_value(in, reader);
    case column_type::timestamp:
      return time_value(in, reader);
    case column_type::json:
      return boost::json::serialize(json_of(in, reader));
    case column_type::bytes:
      return expected<binary>(in, "bytes", reader);
  }
  return {};
}

cell cell_of(sambung::value const& in, field const& of) {
  return std::visit(
      [&]<class T>(T const& stored) -> cell {
        if constexpr (std::is_same_v<T, uuid>) return {to_string(stored)};
        else if constexpr (std::is_same_v<T, std::int64_t>) {
          if (of.type == column_type::timestamp) return {timestamp(std::chrono::milliseconds(stored))};
          return {stored};
        } else if constexpr (std::is_same_v<T, std::string>) {
          if (of.type == column_type::json) return {sambung::detail::parse_stored_json(stored)};
          return {stored};
        } else return {stored};
      },
      in);
}

}  // namespace sambung::python
