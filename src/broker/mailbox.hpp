// mailbox: what a broker tells one subscription.
#pragma once

#include <sambung/broker/broker.hpp>

#include "core/rising_level.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace sambung {

// Thread safety: safe to use from any thread, but what the broker's lock is for.
struct mailbox {
  // Of one subscription, in messages that nobody has taken.
  static constexpr std::size_t max_waiting_messages = 256;
  static constexpr std::size_t max_waiting_bytes = 65'536;

  rising_level signal;
  std::atomic<bool> cancelled = false;
  // Under the broker's lock.
  broker_news news;
  std::size_t bytes = 0;

  void wake() {
    signal.raise_by(1);
    tell();
  }
  void cancel() {
    cancelled = true;
    signal.raise_to(rising_level::top);
    tell();
  }
  void tell() {
    if (!listening_.load(std::memory_order_acquire)) return;
    std::lock_guard lock(telling_);
    if (told_) told_();
  }
  // Once.
  void listen(std::function<void()> told) {
    told_ = std::move(told);
    listening_.store(true, std::memory_order_release);
  }
  // Nobody is told any more: whoever is being told has been.
  void mute() {
    std::lock_guard lock(telling_);
    told_ = nullptr;
  }

  void put(std::string const& message) {
    bool const fits = news.messages.size() < max_waiting_messages && bytes + message.size() <= max_waiting_bytes;
    if (!fits) {
      news.lost = true;
      return;
    }
    bytes += message.size();
    news.messages.push_back(message);
  }

 private:
  std::atomic<bool> listening_ = false;
  std::mutex telling_;
  std::function<void()> told_;
};
using mailbox_ptr = std::shared_ptr<mailbox>;

}  // namespace sambung
