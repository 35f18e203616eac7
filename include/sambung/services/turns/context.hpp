// Context: which messages of a chat a model gets to see.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/provider/token_counter.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace sambung {

// What the messages of a request stand in. Lifetime: that of the builder's, which is used before any of it goes.
struct prompt_frame {
  prompt_frame(std::string_view system_prompt_, std::string_view model_, token_counter& tokens_)
      : system_prompt(system_prompt_), model(model_), tokens(tokens_) {}

  std::string_view system_prompt;
  std::string_view model;  // "provider/model"
  token_counter& tokens;   // throws nothing
  // What the model can read, less its answer and the tools; none: unknown.
  std::optional<std::int64_t> budget;
};

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

  // The same, for a policy that wants to know more; by default the above.
  virtual std::unique_ptr<builder> begin_for(prompt_frame const& frame) const;

  // How many tokens a prompt may have that is more than its system prompt and its history: it is put together without
  // a builder. None: 32,000.
  virtual std::optional<std::int64_t> budget() const { return std::nullopt; }
};

// What an engine keeps of chats so that the next turn of each reads nothing twice; see turn_options.
struct context_memory_use {
  std::int64_t bytes = 0;  // about, now
  std::int64_t chats = 0;  // now
  // Of prompts, since the engine began.
  std::int64_t messages_at_hand = 0;
  std::int64_t messages_read = 0;  // from storage
};
SAMBUNG_DESCRIBE_STRUCT(context_memory_use, (), (bytes, chats, messages_at_hand, messages_read))

// Takes messages as long as they stay within `tokens`, as engine_options::tokens counts them for the turn's model, and
// within what the model can read, where that is known: model_capabilities::context_tokens without room for its answer,
// which is max_tokens, or a quarter and at most 4,096, and without the tools it is offered.
SAMBUNG_API std::shared_ptr<context_policy> token_budget_context(std::int64_t tokens = 32'000);

}  // namespace sambung
