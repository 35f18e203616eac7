// body_budget: how many bytes of large bodies are in memory at once, over all connections.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace sambung::serving {

// Thread safety: safe to use from any thread. Lifetime: outlives what it gives.
class body_budget {
 public:
  explicit body_budget(std::size_t bytes) : left_(bytes) {}
  body_budget(body_budget const&) = delete;
  body_budget& operator=(body_budget const&) = delete;

  // Gives its bytes back when it goes.
  class share {
   public:
    share() = default;
    share(share&& other) noexcept : of_(std::exchange(other.of_, nullptr)), bytes_(other.bytes_) {}
    share& operator=(share&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~share() {
      if (of_) of_->left_ += bytes_;
    }

   private:
    friend class body_budget;
    share(body_budget& of, std::size_t bytes) : of_(&of), bytes_(bytes) {}

    body_budget* of_ = nullptr;
    std::size_t bytes_ = 0;
  };

  // Empty when so much is not left.
  std::optional<share> take(std::size_t bytes) {
    auto left = left_.load();
    do {
      if (left < bytes) return std::nullopt;
    } while (!left_.compare_exchange_weak(left, left - bytes));
    return share(*this, bytes);
  }

 private:
  std::atomic<std::size_t> left_;
};

}  // namespace sambung::serving
