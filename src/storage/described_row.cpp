#include <sambung/storage/described_row.hpp>

#include <sambung/core/time.hpp>

namespace sambung {
namespace {

namespace json = boost::json;

// Which alternative of `value` a column has.
bool has_type(value const& v, column_type type) {
  switch (type) {
    case column_type::boolean:
      return std::holds_alternative<bool>(v);
    case column_type::integer:
    case column_type::timestamp:
      return std::holds_alternative<std::int64_t>(v);
    case column_type::real:
      return std::holds_alternative<double>(v);
    case column_type::text:
    case column_type::json:
      return std::holds_alternative<std::string>(v);
    case column_type::uuid:
      return std::holds_alternative<uuid>(v);
    case column_type::bytes:
      return std::holds_alternative<binary>(v);
  }
  return false;
}

bool is_null(value const& v) { return std::holds_alternative<std::monostate>(v); }

timestamp time_of(value const& v) { return timestamp(std::chrono::milliseconds(std::get<std::int64_t>(v))); }

// Of a value that has the type.
json::value json_of(value const& v, column_type type) {
  switch (type) {
    case column_type::boolean:
      return json::value(std::get<bool>(v));
    case column_type::integer:
      return json::value(std::get<std::int64_t>(v));
    case column_type::timestamp:
      return json::value(to_iso8601(time_of(v)));
    case column_type::real:
      return json::value(std::get<double>(v));
    case column_type::text:
      return json::value(std::get<std::string>(v));
    case column_type::json:
      return detail::parse_stored_json(std::get<std::string>(v));
    case column_type::uuid:
      return json::value(to_string(std::get<uuid>(v)));
    case column_type::bytes:
      return json::value(to_base64(std::get<binary>(v)));
  }
  return json::value(nullptr);
}

value initial_of(field const& f) {
  if (f.nullable) return value();
  switch (f.type) {
    case column_type::boolean:
      return value(false);
    case column_type::integer:
    case column_type::timestamp:
      return value(std::int64_t{0});
    case column_type::real:
      return value(0.0);
    case column_type::text:
      return value(std::string());
    case column_type::json:
      return value(std::string("{}"));
    case column_type::uuid:
      return value(uuid());
    case column_type::bytes:
      return value(binary());
  }
  return value();
}

row initial_row_of(record_description const& of) {
  row made;
  made.reserve(of.fields.size());
  for (auto const& f : of.fields) made.push_back(initial_of(f));
  return made;
}

failure damaged(std::string const& what) { return failure(errc::data_loss, "a stored row cannot be read: " + what); }

// As check_stored() but for JSON.
result<void> check_types(record_description const& of, row const& stored) {
  if (stored.size() != of.fields.size()) return damaged("it has the wrong width");
  for (std::size_t i = 0; i < stored.size(); ++i) {
    auto const& f = of.fields[i];
    if (is_null(stored[i]) ? !f.nullable : !has_type(stored[i], f.type)) return damaged(f.name + " has another type");
  }
  return {};
}

}  // namespace

result<void> check_stored(record_description const& of, row const& stored) {
  if (auto const typed = check_types(of, stored); !typed) return typed.error();
  for (std::size_t i = 0; i < stored.size(); ++i)
    if (of.fields[i].type == column_type::json && !is_null(stored[i])) {
      json_limits limits;
      limits.max_bytes = std::get<std::string>(stored[i]).size();
      limits.max_depth = 64;
      if (!parse_json(std::get<std::string>(stored[i]), limits)) return damaged(of.fields[i].name + " is no JSON");
    }
  return {};
}

result<json::object> json_of_row(record_description const& of, row const& stored) {
  if (auto const typed = check_types(of, stored); !typed) return typed.error();
  json::object out;
  out.reserve(of.fields.size());
  try {
    for (std::size_t i = 0; i < stored.size(); ++i) {
      auto const& f = of.fields[i];
      if (!f.internal) out.emplace(f.json_name, is_null(stored[i]) ? json::value(nullptr) : json_of(stored[i], f.type));
    }
  } catch (error const& why) {
    return why.why();
  }
  return out;
}

row_codec const& detail::described_row_codec() {
  static constexpr row_codec codec{&json_of_row, &initial_row_of};
  return codec;
}

}  // namespace sambung
