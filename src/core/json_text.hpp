// JSON strings without a DOM: written straight into a buffer, and read out of one.
#pragma once

#include <sambung/core/export.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sambung {

// Appends `text` as a JSON string, quotes included.
SAMBUNG_API void append_json_string(std::string& out, std::string_view text);

// The bytes that append_json_string adds.
SAMBUNG_API std::size_t json_string_size(std::string_view text);

// The inside of the JSON string that begins where `text` begins, behind its opening quote: everything before the
// closing quote. Empty when there is no closing quote, or when the bytes are not strictly valid (RFC 8259, well-formed
// UTF-8, paired surrogates).
SAMBUNG_API std::optional<std::string_view> json_string_inside(std::string_view text);

// What json_string_inside found, with its escapes resolved. A NUL, which no storage takes, becomes U+FFFD.
SAMBUNG_API std::string unescape_json_string(std::string_view inside);

// Calls f(name, value) for every member of a JSON object, which is known to be valid: the name with its escapes
// resolved, the value as it stands there.
template <class F>
void for_each_member(std::string_view object, F&& f);

// Where the escape stands that is half a surrogate pair, when such a one keeps JSON from being valid at or just before
// `at`; everything before it is valid.
SAMBUNG_API std::optional<std::size_t> half_surrogate(std::string_view text, std::size_t at);

// Calls f(item) for every item of a JSON array, which is known to be valid, as it stands there.
template <class F>
void for_each_item(std::string_view array, F&& f);

// `text` with U+FFFD for every NUL.
SAMBUNG_API std::string without_nul(std::string_view text);

namespace json_text {

// What stands for what cannot be kept: U+FFFD.
inline constexpr std::string_view replacement = "\xEF\xBF\xBD";

// The length of the well-formed sequence of many bytes that begins `text`; 0 if there is none (RFC 3629).
SAMBUNG_API std::size_t utf8_length(std::string_view text);
// The length of the valid value that begins `text`.
SAMBUNG_API std::size_t value_length(std::string_view text);
// Takes white space, and one comma or colon, from the front.
SAMBUNG_API void skip_separator(std::string_view& text);

}  // namespace json_text

template <class F>
void for_each_member(std::string_view object, F&& f) {
  auto const take = [&] {
    json_text::skip_separator(object);
    auto const value = object.substr(0, json_text::value_length(object));
    object.remove_prefix(value.size());
    return value;
  };
  object.remove_prefix(object.find('{') + 1);
  for (auto name = take(); name.size() >= 2; name = take()) {
    auto const value = take();
    f(unescape_json_string(name.substr(1, name.size() - 2)), value);
  }
}

template <class F>
void for_each_item(std::string_view array, F&& f) {
  array.remove_prefix(std::min(array.find('['), array.size() - 1) + 1);
  for (;;) {
    json_text::skip_separator(array);
    auto const item = array.substr(0, json_text::value_length(array));
    if (item.empty()) return;
    array.remove_prefix(item.size());
    f(item);
  }
}

}  // namespace sambung
