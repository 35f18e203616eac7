// What a message is made of.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/json_codec.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sambung {

// The parts of a message. `provider_data` is a vendor's opaque addition (signatures and the like): stored, and
// replayed to the same provider only.
struct text_part {
  static constexpr std::string_view type_name = "text";
  std::string text;
  std::optional<boost::json::object> provider_data;
};
struct reasoning_part {
  static constexpr std::string_view type_name = "reasoning";
  std::string text;
  std::optional<boost::json::object> provider_data;
};
struct tool_call_part {
  static constexpr std::string_view type_name = "tool_call";
  std::string id;
  std::string name;
  std::string arguments;  // JSON text, as the model wrote it
  std::optional<boost::json::object> provider_data;
};
struct tool_result_part {
  static constexpr std::string_view type_name = "tool_result";
  std::string call_id;
  std::string text;
  std::optional<boost::json::object> provider_data;
  bool is_error = false;  // the call failed, or was not made; the text says why
};
struct image_part {
  static constexpr std::string_view type_name = "image";
  std::string url;  // https:, http: or data:
  std::optional<boost::json::object> provider_data;
};
struct file_part {
  static constexpr std::string_view type_name = "file";
  std::string name;
  std::string media_type;
  std::string url;  // https:, http: or data:
  std::optional<boost::json::object> provider_data;
};
struct error_part {
  static constexpr std::string_view type_name = "error";
  std::string code;     // the name of an errc
  std::string message;  // safe to show
  std::optional<boost::json::object> provider_data;
};
using part =
    std::variant<text_part, reasoning_part, tool_call_part, tool_result_part, image_part, file_part, error_part>;

SAMBUNG_DESCRIBE_STRUCT(text_part, (), (text, provider_data))
SAMBUNG_DESCRIBE_STRUCT(reasoning_part, (), (text, provider_data))
SAMBUNG_DESCRIBE_STRUCT(tool_call_part, (), (id, name, arguments, provider_data))
SAMBUNG_DESCRIBE_STRUCT(tool_result_part, (), (call_id, text, provider_data, is_error))
SAMBUNG_DESCRIBE_STRUCT(image_part, (), (url, provider_data))
SAMBUNG_DESCRIBE_STRUCT(file_part, (), (name, media_type, url, provider_data))
SAMBUNG_DESCRIBE_STRUCT(error_part, (), (code, message, provider_data))

// The longest text of a part and of its provider_data, in bytes: what one answer may have.
inline constexpr std::size_t max_part_bytes = 32 * 1'048'576;

SAMBUNG_API record_description describe_record(record_of<text_part>);
SAMBUNG_API record_description describe_record(record_of<reasoning_part>);
SAMBUNG_API record_description describe_record(record_of<tool_call_part>);
SAMBUNG_API record_description describe_record(record_of<tool_result_part>);
SAMBUNG_API record_description describe_record(record_of<image_part>);
SAMBUNG_API record_description describe_record(record_of<file_part>);
SAMBUNG_API record_description describe_record(record_of<error_part>);

// All text parts joined.
SAMBUNG_API std::string text_of(std::vector<part> const& parts);

// How many bytes its texts have, provider_data included.
SAMBUNG_API std::size_t content_bytes(part const& one);
SAMBUNG_API std::size_t content_bytes(std::vector<part> const& parts);

enum class role { system, user, assistant, tool };
SAMBUNG_DESCRIBE_ENUM(role, system, user, assistant, tool)

// Tokens by kind. What counts tokens inherits them, and nothing lists them a second time.
struct token_counts {
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t cached_input_tokens = 0;  // part of input_tokens: read from the vendor's prompt cache
  std::int64_t reasoning_tokens = 0;     // part of output_tokens
  std::int64_t cache_write_tokens = 0;   // part of input_tokens: written to the vendor's prompt cache
  friend bool operator==(token_counts const&, token_counts const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(token_counts, (),
                        (input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, cache_write_tokens))
SAMBUNG_API record_description describe_record(record_of<token_counts>);

// What an answer took.
struct token_usage : token_counts {
  bool estimated = false;  // some of it is Sambung's estimate: the vendor did not say
  bool replayed = false;   // the answer came from a cache of answers: nobody was paid again
  friend bool operator==(token_usage const&, token_usage const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(token_usage, (token_counts), (estimated, replayed))
SAMBUNG_API record_description describe_record(record_of<token_usage>);

}  // namespace sambung
