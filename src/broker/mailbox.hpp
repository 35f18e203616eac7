// mailbox: what a broker tells one subscription.
#pragma once

#include <sambung/broker/broker.hpp>

#include "core/rising_level.hpp"

#include <atomic>
#include <functional>
#include <memory>

namespace sambung {

// Thread safety: safe to use from any thread, but what the broker's lock is for. `told` is set once.
struct mailbox {
  // Of one subscription, in messages that nobody has taken.
  static constexpr std::size_t max_waiting_messages = 256;
  static constexpr std::size_t max_waiting_bytes = 65'536;

  rising_level signal;
  std::atomic<bool> cancelled = false;
  std::atomic<bool> listening = false;  // `told` is there, and stays
  std::function<void()> told;
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
  void tell() const {
    if (listening.load(std::memory_order_acquire)) told();
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
};
using mailbox_ptr = std::shared_ptr<mailbox>;

}  // namespace sambung
