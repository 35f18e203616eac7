#include "provider/openai_words.hpp"

#include <algorithm>
#include <array>

namespace sambung::openai_words {
namespace {

constexpr std::array<reason_word, 10> reasons{{{"stop", finish_reason::stop, true},
                                               {"end_turn", finish_reason::stop, false},
                                               {"eos", finish_reason::stop, false},
                                               {"length", finish_reason::length, true},
                                               {"max_tokens", finish_reason::length, false},
                                               {"tool_calls", finish_reason::tool_calls, true},
                                               {"function_call", finish_reason::tool_calls, true},
                                               {"tool_use", finish_reason::tool_calls, false},
                                               {"content_filter", finish_reason::content_filter, true},
                                               {"safety", finish_reason::content_filter, false}}};

constexpr std::array<usage_member, 5> usage{
    {{"", "prompt_tokens", &token_counts::input_tokens, true},
     {"", "completion_tokens", &token_counts::output_tokens, true},
     {"prompt_tokens_details", "cached_tokens", &token_counts::cached_input_tokens, true},
     {"prompt_tokens_details", "cache_write_tokens", &token_counts::cache_write_tokens, false},
     {"completion_tokens_details", "reasoning_tokens", &token_counts::reasoning_tokens, true}}};

struct choice_word {
  std::string_view word;
  tool_choice::kind how;
};
constexpr std::array<choice_word, 3> choices{{{"auto", tool_choice::kind::automatic},
                                              {"none", tool_choice::kind::none},
                                              {"required", tool_choice::kind::required}}};

reason_word const* find(std::string_view word) {
  auto const found = std::ranges::find(reasons, word, &reason_word::word);
  return found == reasons.end() ? nullptr : &*found;
}

}  // namespace

std::span<reason_word const> reason_words() { return reasons; }

finish_reason reason_of(std::string_view word) {
  auto const* found = find(word);
  return found ? found->reason : finish_reason::other;
}

std::string_view word_of(finish_reason reason) {
  auto const found = std::ranges::find(reasons, reason, &reason_word::reason);
  return found == reasons.end() ? reasons.front().word : found->word;
}

bool is_own(std::string_view word) {
  auto const* found = find(word);
  return found && found->own;
}

std::span<usage_member const> usage_members() { return usage; }

std::string_view word_of(tool_choice::kind how) {
  auto const found = std::ranges::find(choices, how, &choice_word::how);
  return found == choices.end() ? std::string_view() : found->word;
}

std::optional<tool_choice::kind> choice_of(std::string_view word) {
  auto const found = std::ranges::find(choices, word, &choice_word::word);
  return found == choices.end() ? std::nullopt : std::optional(found->how);
}

}  // namespace sambung::openai_words
