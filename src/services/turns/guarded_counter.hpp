// guarded_counter: counts by an application's token_counter, whatever that does.
#pragma once

#include <sambung/provider/token_counter.hpp>
#include <sambung/services/base/observer.hpp>

#include "core/caught.hpp"
#include "provider/counted_content.hpp"

#include <atomic>
#include <memory>
#include <string>

namespace sambung {

// Throws nothing and counts nothing below 0: the estimate stands in. Thread safety: safe to use from any thread.
class guarded_counter final : public token_counter {
 public:
  // `to` is told of the first failure, and of the next one only when something could be counted in between.
  guarded_counter(std::shared_ptr<token_counter> by, std::shared_ptr<observer> to)
      : by_(std::move(by)), to_(std::move(to)) {}

  std::int64_t count(std::string_view model, std::string_view text) override {
    return counted(model, [&] { return by_->count(model, text); }, [&] { return estimate_tokens(text); });
  }

  std::int64_t count_message(std::string_view model, prompt_message const& message) override {
    return counted(model, [&] { return by_->count_message(model, message); }, [&] { return estimate_tokens(message); });
  }

  void learn(std::string_view model, std::int64_t estimated, std::int64_t reported) override {
    try {
      by_->learn(model, estimated, reported);
    } catch (...) {
      tell(model, caught(std::current_exception(), "the token counter failed"));
    }
  }

 private:
  template <class Count, class Estimate>
  std::int64_t counted(std::string_view model, Count&& count, Estimate&& estimate) {
    try {
      auto const tokens = count();
      if (tokens >= 0 && tokens <= most_tokens) {
        if (failing_) failing_ = false;
        return tokens;
      }
      tell(model, failure(errc::internal, "the token counter gave " + std::to_string(tokens)));
    } catch (...) {
      tell(model, caught(std::current_exception(), "the token counter failed"));
    }
    return estimate();
  }

  void tell(std::string_view model, failure why) {
    if (failing_.exchange(true)) return;
    to_->failed(failed_part(engine_part::context, std::string(model), std::move(why)));
  }

  std::shared_ptr<token_counter> const by_;
  std::shared_ptr<observer> const to_;
  std::atomic<bool> failing_ = false;
};

}  // namespace sambung
