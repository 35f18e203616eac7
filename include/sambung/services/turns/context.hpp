// Context: which messages of a chat a model gets to see.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/provider/completion.hpp>

#include <memory>

namespace sambung {

// Builds one request's messages. It is offered the path from the newest message back to the root, and says when it has
// enough. Thread safety: begin() is safe to call from any thread; one request's builder is used by one.
class SAMBUNG_API context_policy {
 public:
  class builder {
   public:
    virtual ~builder() = default;

    // Offers the next older message; false: it was not taken and neither will be any older one. The first one offered
    // is the user's newest message and must be taken. An answer comes with the calls and results of tools in it.
    virtual bool offer(prompt_message const& older) = 0;

    // Whether anything further could be taken: false spares reading it.
    virtual bool has_room() const { return true; }
  };

  virtual ~context_policy() = default;

  // `system_prompt` may be empty; it is always sent and counts.
  virtual std::unique_ptr<builder> begin(std::string_view system_prompt) const = 0;
};

// tokens_of_bytes(), and tokens_per_message for each message. For English it is within some 15 % of the usual
// vocabularies; for other scripts it errs to the high side.
SAMBUNG_API std::int64_t estimate_tokens(prompt_message const& message);
SAMBUNG_API std::int64_t estimate_tokens(std::vector<prompt_message> const& messages);
SAMBUNG_API std::int64_t estimate_tokens(std::string_view text);

// Takes messages as long as their estimates stay within `tokens`.
SAMBUNG_API std::shared_ptr<context_policy> token_budget_context(std::int64_t tokens = 32'000);

}  // namespace sambung
