#include <sambung/storage/value.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>

#include <cmath>

namespace sambung {
namespace {

namespace json = boost::json;

// Stored JSON wraps what came in, so it may nest deeper than the 32 levels of an input.
constexpr std::size_t max_stored_depth = 64;

json::parse_options stored_options() {
  json::parse_options options;
  options.max_depth = max_stored_depth;
  return options;
}

// Checks JSON without building it.
struct json_checker {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  bool refused = false;

  bool text(json::string_view s) {
    if (s.find('\0') != s.npos) refused = true;
    return true;
  }
  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return true; }
  bool on_object_end(std::size_t, json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_key_part(json::string_view s, std::size_t, json::error_code&) { return text(s); }
  bool on_key(json::string_view s, std::size_t, json::error_code&) { return text(s); }
  bool on_string_part(json::string_view s, std::size_t, json::error_code&) { return text(s); }
  bool on_string(json::string_view s, std::size_t, json::error_code&) { return text(s); }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double d, json::string_view, json::error_code&) {
    if (!std::isfinite(d)) refused = true;
    return true;
  }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }
};

std::optional<std::string> json_fault(std::string_view text) {
  if (text.find('\0') != text.npos) return "must not contain a NUL character";
  json::basic_parser<json_checker> parser(stored_options());
  json::error_code fault;
  auto const used = parser.write_some(false, text.data(), text.size(), fault);
  if (fault || used != text.size() || parser.handler().refused) return "must be JSON";
  return std::nullopt;
}

std::optional<std::string> integer_fault(std::int64_t i, field const& f) {
  if (i < f.minimum) return "must be at least " + std::to_string(f.minimum);
  if (i > f.maximum) return "must be at most " + std::to_string(f.maximum);
  return std::nullopt;
}

template <class V>
V const* as(value const& v) {
  return std::get_if<V>(&v);
}

}  // namespace

value stored_value(value v) {
  if (auto* real = std::get_if<double>(&v)) *real += 0.0;
  return v;
}

std::optional<std::string> value_fault(value const& v, field const& f) {
  if (as<std::monostate>(v)) return f.nullable ? std::nullopt : std::optional<std::string>("must not be null");
  switch (f.type) {
    case column_type::boolean:
      if (as<bool>(v)) return std::nullopt;
      return "must be a boolean";
    case column_type::integer:
      if (auto const* i = as<std::int64_t>(v)) return integer_fault(*i, f);
      return "must be an integer";
    case column_type::timestamp:
      if (as<std::int64_t>(v)) return std::nullopt;
      return "must be a timestamp";
    case column_type::real:
      if (auto const* d = as<double>(v); d && std::isfinite(*d)) return std::nullopt;
      return "must be a finite number";
    case column_type::text:
      if (auto const* s = as<std::string>(v)) return text_fault(*s, f);
      return "must be text";
    case column_type::uuid:
      if (as<uuid>(v)) return std::nullopt;
      return "must be a UUID";
    case column_type::json:
      if (auto const* s = as<std::string>(v)) return json_fault(*s);
      return "must be JSON";
    case column_type::bytes:
      if (auto const* some = as<binary>(v)) return bytes_fault(*some, f);
      return "must be bytes";
  }
  return "must be of a known type";
}

std::size_t text_bytes(row const& in) noexcept {
  std::size_t bytes = 0;
  for (auto const& v : in)
    if (auto const* text = as<std::string>(v)) bytes += text->size();
    else if (auto const* some = as<binary>(v)) bytes += some->size();
  return bytes;
}

namespace detail {

std::string json_text(json::value const& in) { return json::serialize(in); }

json::value parse_stored_json(std::string const& text) {
  json_limits limits;
  limits.max_bytes = text.size();
  limits.max_depth = max_stored_depth;
  auto parsed = parse_json(text, limits);
  if (!parsed) throw_damaged("stored JSON cannot be read");
  return std::move(*parsed);
}

void throw_damaged(std::string_view what) { throw error(errc::data_loss, std::string(what)); }

}  // namespace detail
}  // namespace sambung
