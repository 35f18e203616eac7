// token_counter: how many tokens something is to a model, before its vendor says so. Prompts are cut to their budgets
// by it, and quotas held.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/provider/completion.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace sambung {

// An image, whatever its address or data: what Anthropic takes for the largest that it does not scale down
// (https://platform.claude.com/docs/en/build-with-claude/vision). OpenAI and Google take 250 to 1,300 for most.
inline constexpr std::int64_t tokens_per_image = 1'600;
// A file that is no text: two pages of a PDF, for which Anthropic names 1,500 to 3,000 tokens each
// (https://platform.claude.com/docs/en/build-with-claude/pdf-support). Nobody counts its pages.
inline constexpr std::int64_t tokens_per_file = 5'000;

// tokens_of_bytes() of its texts, the above for its media, and tokens_per_message. For English it is within some 15 %
// of the usual vocabularies; for other scripts it errs to the high side. A file of text that is sent as data counts as
// its text.
SAMBUNG_API std::int64_t estimate_tokens(prompt_message const& message);
SAMBUNG_API std::int64_t estimate_tokens(std::vector<prompt_message> const& messages);
SAMBUNG_API std::int64_t estimate_tokens(std::string_view text);

// Thread safety: shared objects are called by several threads at once. What it throws, and a count that is none, is
// told the observer (engine_part::context), and estimate_tokens() counts instead. It must not block: every message that
// a model gets to read is counted, in each turn anew.
class SAMBUNG_API token_counter {
 public:
  virtual ~token_counter() = default;

  // Tokens of a text, at most 10^12. `model` is "provider/model".
  virtual std::int64_t count(std::string_view model, std::string_view text) = 0;

  // Tokens of a message: by default count() of each of its texts, and of the rest what estimate_tokens() says.
  virtual std::int64_t count_message(std::string_view model, prompt_message const& message);

  // A vendor said that a prompt was `reported` tokens (all of them, cached ones too), of which estimate_tokens() says
  // `estimated`. By default nothing is learnt from it.
  virtual void learn(std::string_view model, std::int64_t estimated, std::int64_t reported);
};

// The estimate times a ratio for each model: the moving mean of what vendors report, between 0.5 and 2, and 1 until one
// has. It remembers `max_models` of them, 1 at least, and forgets first what it learnt of longest ago.
SAMBUNG_API std::shared_ptr<token_counter> learning_token_counter(std::size_t max_models = 1'024);

}  // namespace sambung
