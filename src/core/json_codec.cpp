#include <sambung/core/json_codec.hpp>

#include "core/json_text.hpp"
#include "core/text.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <set>

namespace sambung {
namespace {

namespace json = boost::json;

constexpr std::size_t max_issues = 100;

// Whoever writes an input names its members: of a longer path an issue tells the beginning.
constexpr std::size_t max_path_bytes = 256;

std::string told(std::string_view path) {
  if (path.size() <= max_path_bytes) return std::string(path);
  return std::string(path.substr(0, whole_characters(path, max_path_bytes))) + "...";
}

// Where the parser is, and which keys each open object has had.
class open_values {
 public:
  void begin(bool object) { levels_.push_back({object, 0, keys_.size(), {}, false}); }
  void end() {
    keys_.resize(levels_.back().first_key);
    levels_.pop_back();
    after_value();
  }
  void after_value() {
    if (levels_.empty()) return;
    ++levels_.back().position;
    levels_.back().named = false;
  }
  // False when the object has that key already.
  bool key(std::string name) {
    auto& level = levels_.back();
    bool const fresh = remember(level, name);
    keys_.push_back(std::move(name));
    level.named = true;
    return fresh;
  }
  // Of the value that is read; of the object, while a name is.
  std::string path() const {
    std::string path;
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      if (levels_[i].object && !levels_[i].named) continue;
      if (!levels_[i].object) {
        path += '[' + std::to_string(levels_[i].position) + ']';
        continue;
      }
      auto const keys_end = i + 1 < levels_.size() ? levels_[i + 1].first_key : keys_.size();
      if (!path.empty()) path += '.';
      path += keys_[keys_end - 1];
    }
    return path;
  }

 private:
  // Up to so many keys of an object are compared one by one; beyond, a set is quicker. It is ordered: names that are
  // chosen to have one hash would make a hash table slow.
  static constexpr std::size_t few = 24;

  struct level {
    bool object;
    std::size_t position;
    std::size_t first_key;
    std::set<std::string> many;
    bool named = false;  // the last of its keys waits for its value
  };

  bool remember(level& at, std::string const& name) const {
    auto const first = keys_.begin() + static_cast<std::ptrdiff_t>(at.first_key);
    auto const count = static_cast<std::size_t>(keys_.end() - first);
    if (count < few) return std::find(first, keys_.end(), name) == keys_.end();
    if (count == few) at.many.insert(first, keys_.end());
    return at.many.insert(name).second;
  }

  std::vector<level> levels_;
  std::vector<std::string> keys_;  // of all open objects, the outermost first
};

// What basic_parser calls; builds the value and notes what is well-formed JSON but refused here.
struct strict_handler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  json::value_stack stack;
  open_values open;
  std::vector<issue> issues;
  std::string text;

  void refuse(std::string message) {
    if (issues.size() < max_issues) issues.push_back({told(open.path()), std::move(message)});
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    open.begin(true);
    return true;
  }
  bool on_object_end(std::size_t n, json::error_code&) {
    stack.push_object(n);
    open.end();
    return true;
  }
  bool on_array_begin(json::error_code&) {
    open.begin(false);
    return true;
  }
  bool on_array_end(std::size_t n, json::error_code&) {
    stack.push_array(n);
    open.end();
    return true;
  }
  bool on_key_part(json::string_view s, std::size_t, json::error_code&) {
    text.append(s);
    return true;
  }
  bool on_key(json::string_view s, std::size_t, json::error_code&) {
    text.append(s);
    stack.push_key(text);
    bool const nul = text.find('\0') != text.npos;
    bool const fresh = open.key(std::move(text));
    text.clear();
    if (nul) refuse("a NUL character in a name");
    if (!fresh) refuse("duplicate key");
    return true;
  }
  bool on_string_part(json::string_view s, std::size_t, json::error_code&) {
    text.append(s);
    return true;
  }
  bool on_string(json::string_view s, std::size_t, json::error_code&) {
    text.append(s);
    if (text.find('\0') != text.npos) refuse("a NUL character in text");
    stack.push_string(text);
    text.clear();
    open.after_value();
    return true;
  }
  bool on_number_part(json::string_view s, json::error_code&) {
    text.append(s);
    return true;
  }
  bool on_int64(std::int64_t i, json::string_view, json::error_code&) {
    text.clear();
    stack.push_int64(i);
    open.after_value();
    return true;
  }
  bool on_uint64(std::uint64_t u, json::string_view, json::error_code&) {
    text.clear();
    stack.push_uint64(u);
    open.after_value();
    return true;
  }
  // Boost.JSON's own reading of a number is off by one unit in the last place now and then.
  bool on_double(double d, json::string_view s, json::error_code&) {
    text.append(s);
    std::from_chars(text.data(), text.data() + text.size(), d);
    text.clear();
    if (!std::isfinite(d)) refuse("a number out of range");
    stack.push_double(d);
    open.after_value();
    return true;
  }
  bool on_bool(bool b, json::error_code&) {
    stack.push_bool(b);
    open.after_value();
    return true;
  }
  bool on_null(json::error_code&) {
    stack.push_null();
    open.after_value();
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }
};

failure invalid(std::vector<issue> issues) {
  std::string message = "invalid input";
  if (!issues.empty()) {
    auto const& first = issues.front();
    message += ": " + (first.path.empty() ? std::string() : first.path + ": ") + first.message;
    if (issues.size() > 1) message += " (and " + std::to_string(issues.size() - 1) + " more)";
  }
  return failure(errc::invalid_argument, std::move(message), std::move(issues));
}

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

// What is wrong with JSON that the parser stopped in at `used`.
issue syntax_fault(std::string_view text, std::size_t used, json::error_code fault, open_values const& open) {
  if (auto const half = half_surrogate(text, used))
    return {told(open.path()),
            "half a surrogate pair, " + std::string(text.substr(*half, 6)) + ", at byte " + std::to_string(*half)};
  return {"", "not valid JSON at byte " + std::to_string(used) + ": " + fault.message()};
}

}  // namespace

result<json::value> parse_json(std::string_view text, json_limits limits) {
  if (text.size() > limits.max_bytes)
    return failure(errc::payload_too_large, "the JSON is larger than " + std::to_string(limits.max_bytes) + " bytes");
  json::parse_options options;
  options.max_depth = limits.max_depth;
  json::basic_parser<strict_handler> parser(options);
  json::error_code fault;
  auto const used = parser.write_some(false, text.data(), text.size(), fault);
  if (!fault && used != text.size()) fault = json::error::extra_data;
  auto& handler = parser.handler();
  if (fault) return invalid({syntax_fault(text, used, fault, handler.open)});
  if (!handler.issues.empty()) return invalid(std::move(handler.issues));
  return handler.stack.release();
}

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

void json_writer::note_timestamp() {
  json::array path;
  for (auto const* at = innermost_; at; at = at->outer) std::visit([&](auto key) { path.emplace_back(key); }, at->step);
  std::reverse(path.begin(), path.end());
  timestamps_.push_back(std::move(path));
}

void json_reader::fault(std::string message) {
  if (issues_.size() < max_issues) issues_.push_back({told(path_), std::move(message)});
}

failure json_reader::why() const { return invalid(issues_); }

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

namespace detail {

void append_text(std::string& text, std::string_view in) { append_json_string(text, in); }

void append_number(std::string& text, double in) { text += json::serialize(json::value(in)); }

void append_opaque(std::string& text, json::value const& in) { text += json::serialize(in); }
void append_opaque(std::string& text, json::object const& in) { text += json::serialize(in); }

void append_key(std::string& text, std::string_view name) {
  if (text.back() != '{') text += ',';
  append_text(text, name);
  text += ':';
}

}  // namespace detail

}  // namespace sambung
