#include <sambung/services/turns/context.hpp>

namespace sambung {
namespace {

class token_budget final : public context_policy {
 public:
  explicit token_budget(std::int64_t tokens) : tokens_(tokens) {}

  std::unique_ptr<builder> begin(std::string_view system_prompt) const override {
    auto const system = system_prompt.empty() ? 0 : estimate_tokens(system_prompt) + tokens_per_message;
    return std::make_unique<within>(tokens_ - system);
  }

 private:
  class within final : public builder {
   public:
    explicit within(std::int64_t left) : left_(left) {}

    bool offer(prompt_message const& older) override {
      left_ -= estimate_tokens(older);
      bool const taken = left_ >= 0 || first_;
      first_ = false;
      return taken;
    }

    bool has_room() const override { return left_ > tokens_per_message; }

   private:
    std::int64_t left_;
    bool first_ = true;
  };

  std::int64_t tokens_;
};

std::size_t bytes_of(part const& p) {
  return std::visit(
      [](auto const& alternative) -> std::size_t {
        using type = std::remove_cvref_t<decltype(alternative)>;
        if constexpr (std::is_same_v<type, tool_call_part>)
          return alternative.name.size() + alternative.arguments.size();
        else if constexpr (std::is_same_v<type, image_part> || std::is_same_v<type, file_part>)
          return alternative.url.size();
        else if constexpr (std::is_same_v<type, error_part>) return 0;
        else return alternative.text.size();
      },
      p);
}

}  // namespace

std::int64_t estimate_tokens(std::string_view text) { return tokens_of_bytes(text.size()); }

std::int64_t estimate_tokens(prompt_message const& message) {
  std::size_t bytes = 0;
  for (auto const& p : message.parts) bytes += bytes_of(p);
  return tokens_of_bytes(bytes) + tokens_per_message;
}

std::int64_t estimate_tokens(std::vector<prompt_message> const& messages) {
  std::int64_t tokens = 0;
  for (auto const& message : messages) tokens += estimate_tokens(message);
  return tokens;
}

std::shared_ptr<context_policy> token_budget_context(std::int64_t tokens) {
  return std::make_shared<token_budget>(tokens);
}

}  // namespace sambung
