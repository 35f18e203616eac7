#include <sambung/core/json_reader.hpp>

#include "core/json_issues.hpp"

#include <cmath>
#include <cstring>

namespace sambung {
namespace {

namespace json = boost::json;

bool is_ascii(unsigned char const* eight) {
  std::uint64_t bytes;
  std::memcpy(&bytes, eight, sizeof bytes);
  return (bytes & 0x8080'8080'8080'8080) == 0;
}

bool valid_utf8(std::string_view text) {
  auto const* at = reinterpret_cast<unsigned char const*>(text.data());
  auto const* const end = at + text.size();
  while (at != end) {
    if (end - at >= 8 && is_ascii(at)) {
      at += 8;
      continue;
    }
    if (*at < 0x80) {
      ++at;
      continue;
    }
    std::size_t const length = *at >= 0xF0 ? 4 : *at >= 0xE0 ? 3 : 2;
    if (*at < 0xC2 || *at > 0xF4 || static_cast<std::size_t>(end - at) < length) return false;
    for (std::size_t i = 1; i < length; ++i)
      if ((at[i] & 0xC0) != 0x80) return false;
    bool const overlong = (*at == 0xE0 && at[1] < 0xA0) || (*at == 0xF0 && at[1] < 0x90);
    bool const surrogate = *at == 0xED && at[1] > 0x9F;
    bool const beyond = *at == 0xF4 && at[1] > 0x8F;
    if (overlong || surrogate || beyond) return false;
    at += length;
  }
  return true;
}

}  // namespace

std::optional<std::string> text_fault(std::string_view text, field const& limits) {
  if (text.size() > limits.max_bytes) return "at most " + std::to_string(limits.max_bytes) + " bytes";
  if (text.size() < limits.min_bytes)
    return limits.min_bytes == 1 ? "must not be empty" : "at least " + std::to_string(limits.min_bytes) + " bytes";
  if (text.find('\0') != text.npos) return "must not contain a NUL character";
  if (!valid_utf8(text)) return "must be valid UTF-8";
  return std::nullopt;
}

std::optional<std::string> bytes_fault(binary const& bytes, field const& limits) {
  if (bytes.size() > limits.max_bytes) return "at most " + std::to_string(limits.max_bytes) + " bytes";
  if (bytes.size() < limits.min_bytes) return "at least " + std::to_string(limits.min_bytes) + " bytes";
  return std::nullopt;
}

void json_reader::fault(std::string message) {
  if (issues_.size() < max_json_issues) issues_.push_back({told_path(path_), std::move(message)});
}

void json_reader::unknown_name(std::span<char const* const> known) {
  std::string message = "must be ";
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (i > 0) message += i + 1 < known.size() ? ", " : " or ";
    message += known[i];
  }
  fault(std::move(message));
}

failure json_reader::why() const { return invalid_json(issues_); }

json::object const* json_reader::object(json::value const& in) {
  if (!in.is_object()) fault("must be an object");
  return in.if_object();
}

void json_reader::read(json::value const& in, bool& out) {
  if (!in.is_bool()) return fault("must be true or false");
  out = in.get_bool();
}

void json_reader::read(json::value const& in, std::int64_t& out, field const& limits) {
  json::error_code inexact;
  auto const value = in.is_number() ? in.to_number<std::int64_t>(inexact) : 0;
  if (!in.is_number() || inexact) return fault("must be an integer");
  if (check(value, limits)) out = value;
}

void json_reader::read(json::value const& in, double& out) {
  if (!in.is_number()) return fault("must be a number");
  out = in.to_number<double>();
  check(out);
}

void json_reader::read(json::value const& in, std::string& out, field const& limits) {
  if (!in.is_string()) return fault("must be a string");
  std::string_view const text = in.get_string();
  if (check(text, limits)) out = text;
}

void json_reader::read(json::value const& in, binary& out, field const& limits) {
  auto parsed = in.is_string() ? from_base64(std::string_view(in.get_string())) : std::nullopt;
  if (!parsed) return fault("must be base64 with padding");
  if (check(*parsed, limits)) out = std::move(*parsed);
}

void json_reader::read(json::value const& in, timestamp& out) {
  auto const parsed = in.is_string() ? parse_iso8601(std::string_view(in.get_string())) : std::nullopt;
  if (!parsed) return fault("must be a time such as 2026-01-31T12:34:56.789Z");
  out = *parsed;
}

void json_reader::read(json::value const& in, uuid& out) {
  auto const parsed = in.is_string() ? parse_uuid(std::string_view(in.get_string())) : std::nullopt;
  if (!parsed) return fault("must be a UUID");
  out = *parsed;
}

bool json_reader::refuse(std::string message) {
  fault(std::move(message));
  return false;
}

bool json_reader::check(std::int64_t in, field const& limits) {
  if (in < limits.minimum) return refuse("must be at least " + std::to_string(limits.minimum));
  if (in > limits.maximum) return refuse("must be at most " + std::to_string(limits.maximum));
  return true;
}

bool json_reader::check(double in) { return std::isfinite(in) || refuse("must be finite"); }

bool json_reader::check(std::string_view in, field const& limits) {
  auto wrong = text_fault(in, limits);
  return !wrong || refuse(std::move(*wrong));
}

bool json_reader::check(binary const& in, field const& limits) {
  auto wrong = bytes_fault(in, limits);
  return wrong ? refuse(std::move(*wrong)) : true;
}

// What is outside the years 1 to 9999 has no text.
bool json_reader::check(timestamp in) {
  return parse_iso8601(to_iso8601(in)) == in || refuse("must be a time such as 2026-01-31T12:34:56.789Z");
}

void json_reader::check_opaque(json::value const& in, field const& limits) {
  if (auto const* text = in.if_string()) {
    check(std::string_view(*text), limits);
  } else if (auto const* object = in.if_object()) {
    for (auto const& item : *object) {
      std::string_view const name = item.key();
      inside(name, [&] {
        check(name, limits);
        check_opaque(item.value(), limits);
      });
    }
  } else if (auto const* array = in.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) inside(i, [&] { check_opaque((*array)[i], limits); });
  } else if (in.is_double() && !std::isfinite(in.get_double())) {
    fault("must be finite");
  }
}

}  // namespace sambung
