#include <sambung/core/json_parsing.hpp>

#include "core/json_issues.hpp"
#include "core/json_text.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace sambung {
namespace {

namespace json = boost::json;

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
    if (issues.size() < max_json_issues) issues.push_back({told_path(open.path()), std::move(message)});
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

// What is wrong with JSON that the parser stopped in at `used`.
issue syntax_fault(std::string_view text, std::size_t used, json::error_code fault, open_values const& open) {
  if (auto const half = half_surrogate(text, used))
    return {told_path(open.path()),
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
  if (fault) return invalid_json({syntax_fault(text, used, fault, handler.open)});
  if (!handler.issues.empty()) return invalid_json(std::move(handler.issues));
  return handler.stack.release();
}

}  // namespace sambung
