// What OpenAI's protocol calls things, for both who speak it: the wire to its vendors and the server of /v1.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/provider/completion.hpp>

#include <span>
#include <string>
#include <string_view>

namespace sambung::openai_words {

// A word for why an answer ended.
struct reason_word {
  std::string_view word;
  finish_reason reason;
  bool own;  // OpenAI's, which its clients know; the others are of vendors that speak its protocol in their own way
};

// The first one of OpenAI's own for a reason is what it is written as.
SAMBUNG_API std::span<reason_word const> reason_words();

// finish_reason::other for a word that is not among them.
SAMBUNG_API finish_reason reason_of(std::string_view word);
// "stop" for finish_reason::other.
SAMBUNG_API std::string_view word_of(finish_reason reason);
SAMBUNG_API bool is_own(std::string_view word);

// A number among the usage of an answer.
struct usage_member {
  std::string_view group;  // the object that it is in; empty: the usage itself
  std::string_view name;
  std::int64_t token_counts::* count;
  bool own;
};

// Those of a group stand together.
SAMBUNG_API std::span<usage_member const> usage_members();

inline constexpr std::string_view total_tokens = "total_tokens";

// Appends the usage of an answer as an object.
SAMBUNG_API void append_usage(std::string& out, token_usage const& usage);

// Whether what only the vendor knows of a call is written: it is for that vendor's clients.
enum class call_extras { kept, left_out };

// What clients read as none: they parse arguments as JSON.
inline constexpr std::string_view no_arguments = "{}";

// Appends a tool call as an object; of a delta the id, the type and the name, if it has the id.
SAMBUNG_API void append_call(std::string& out, tool_call_part const& call, call_extras extras);
SAMBUNG_API void append_call(std::string& out, tool_call_delta const& call, call_extras extras);

// How tools are to be called; a named one has no word.
SAMBUNG_API std::string_view word_of(tool_choice::kind how);
SAMBUNG_API std::optional<tool_choice::kind> choice_of(std::string_view word);

// What a "response_format" asks for; none where it is not one of JSON.
SAMBUNG_API std::optional<output_format> format_of(boost::json::value const& response_format);
// Whether it asks for text, as does who says nothing.
SAMBUNG_API bool is_text_format(boost::json::value const& response_format);

}  // namespace sambung::openai_words
