#include <sambung/storage/described_row.hpp>

#include <sambung/core/time.hpp>

#include "storage/stored_type.hpp"

#include <algorithm>

namespace sambung {
namespace {

namespace json = boost::json;

bool is_null(value const& v) { return std::holds_alternative<std::monostate>(v); }

json::value json_of_text(std::string const& text, field const& of) {
  auto const is_it = [&](char const* word) { return text == word; };
  if (!of.words.empty() && std::ranges::none_of(of.words, is_it))
    detail::throw_damaged("a stored name is not one of the known names");
  return json::value(text);
}

json::value json_of(value const& in, field const& of) {
  using detail::stored_as;
  if (of.nullable && std::holds_alternative<std::monostate>(in)) return json::value(nullptr);
  switch (of.type) {
    case column_type::boolean:
      return json::value(stored_as<bool>(in));
    case column_type::integer:
      return json::value(stored_as<std::int64_t>(in));
    case column_type::real:
      return json::value(stored_as<double>(in));
    case column_type::text:
      return json_of_text(stored_as<std::string>(in), of);
    case column_type::uuid:
      return json::value(to_string(stored_as<uuid>(in)));
    case column_type::timestamp:
      return json::value(to_iso8601(timestamp(std::chrono::milliseconds(stored_as<std::int64_t>(in)))));
    case column_type::json:
      return detail::parse_stored_json(stored_as<std::string>(in));
    case column_type::bytes:
      return json::value(to_base64(stored_as<binary>(in)));
  }
  detail::throw_damaged("a stored value has no known type");
}

json::object shown(record_description const& table, row const& in) {
  if (in.size() != table.fields.size()) detail::throw_damaged("a stored row has the wrong width");
  json::object out;
  out.reserve(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    auto one = json_of(in[i], table.fields[i]);
    if (!table.fields[i].internal) out.emplace(table.fields[i].json_name, std::move(one));
  }
  return out;
}

failure damaged(std::string const& what) { return failure(errc::data_loss, "a stored row cannot be read: " + what); }

// As check_stored() but for JSON.
result<void> check_types(record_description const& of, row const& stored) {
  if (stored.size() != of.fields.size()) return damaged("it has the wrong width");
  for (std::size_t i = 0; i < stored.size(); ++i) {
    auto const& f = of.fields[i];
    if (is_null(stored[i]) ? !f.nullable : !detail::has_type(stored[i], f.type))
      return damaged(f.name + " has another type");
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
  try {
    return shown(of, stored);
  } catch (error const& e) {
    return e.why();
  }
}

}  // namespace sambung
