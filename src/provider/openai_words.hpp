// What OpenAI's protocol calls things, for both who speak it: the wire to its vendors and the server of /v1.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/provider/completion.hpp>

#include <span>
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

// How tools are to be called; a named one has no word.
SAMBUNG_API std::string_view word_of(tool_choice::kind how);
SAMBUNG_API std::optional<tool_choice::kind> choice_of(std::string_view word);

}  // namespace sambung::openai_words
