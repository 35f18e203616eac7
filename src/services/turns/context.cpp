#include <sambung/services/turns/context.hpp>

#include <algorithm>
#include <string>

namespace sambung {
namespace {

class token_budget final : public context_policy {
 public:
  explicit token_budget(std::int64_t tokens) : tokens_(tokens) {}

  std::unique_ptr<builder> begin(std::string_view system_prompt) const override {
    estimator by;
    auto const system = system_prompt.empty() ? 0 : by.count({}, system_prompt) + tokens_per_message;
    return std::make_unique<within<estimator>>(by, std::string(), tokens_ - system);
  }

  std::unique_ptr<builder> begin_for(prompt_frame const& frame) const override {
    auto const budget = std::min(tokens_, frame.budget.value_or(tokens_));
    auto const system =
        frame.system_prompt.empty() ? 0 : frame.tokens.count(frame.model, frame.system_prompt) + tokens_per_message;
    return std::make_unique<within<token_counter&>>(frame.tokens, std::string(frame.model), budget - system);
  }

  std::optional<std::int64_t> budget() const override { return tokens_; }

 private:
  // Who asks without a counter.
  struct estimator {
    std::int64_t count(std::string_view, std::string_view text) { return estimate_tokens(text); }
    std::int64_t count_message(std::string_view, prompt_message const& message) { return estimate_tokens(message); }
  };

  template <class Counter>
  class within final : public builder {
   public:
    within(Counter by, std::string model, std::int64_t left) : by_(by), model_(std::move(model)), left_(left) {}

    bool offer(prompt_message const& older) override {
      left_ -= by_.count_message(model_, older);
      bool const taken = left_ >= 0 || first_;
      first_ = false;
      return taken;
    }

    bool has_room() const override { return left_ > tokens_per_message; }

   private:
    Counter by_;
    std::string model_;
    std::int64_t left_;
    bool first_ = true;
  };

  std::int64_t tokens_;
};

}  // namespace

std::unique_ptr<context_policy::builder> context_policy::begin_for(prompt_frame const& frame) const {
  return begin(frame.system_prompt);
}

std::shared_ptr<context_policy> token_budget_context(std::int64_t tokens) {
  return std::make_shared<token_budget>(tokens);
}

}  // namespace sambung
