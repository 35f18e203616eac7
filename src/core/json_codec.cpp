#include <sambung/core/json_codec.hpp>

#include "core/json_text.hpp"
#include "core/short_text.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>

namespace sambung {

namespace json = boost::json;

void json_writer::note_timestamp() {
  json::array path;
  for (auto const* at = innermost_; at; at = at->outer) std::visit([&](auto key) { path.emplace_back(key); }, at->step);
  std::reverse(path.begin(), path.end());
  timestamps_.push_back(std::move(path));
}

namespace detail {

field const& any_text() noexcept {
  static field const limits;
  return limits;
}

void append_text(std::string& text, std::string_view in) { append_json_string(text, in); }
void append_id(std::string& text, uuid const& in) { append_json_string(text, short_text_of(in).view()); }
void append_time(std::string& text, timestamp in) { append_json_string(text, short_text_of(in).view()); }

// JSON has no other.
void append_number(std::string& text, double in) {
  text += std::isfinite(in) ? json::serialize(json::value(in)) : std::string("null");
}

void append_opaque(std::string& text, json::value const& in) { text += json::serialize(in); }
void append_opaque(std::string& text, json::object const& in) { text += json::serialize(in); }

void append_key(std::string& text, std::string_view name) {
  if (text.back() != '{') text += ',';
  append_text(text, name);
  text += ':';
}

}  // namespace detail

}  // namespace sambung
