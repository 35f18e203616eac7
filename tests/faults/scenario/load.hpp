// load: many writers at once on several engines of one database, and a history of every word the engines gave. Each
// send has an idempotency key and is repeated, on whichever engine is next, until it is answered.
#pragma once

#include "faults/scenario/history.hpp"
#include "faults/scenario/story_provider.hpp"

#include <sambung/engine/engine.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

namespace sambung::tests {

struct load_options {
  load_options() = default;

  std::uint64_t seed = 1;
  std::size_t tenants = 3;  // each with a canary
  std::size_t writers = 24;
  std::size_t sends = 40;       // in a chat, then the writer makes another
  std::size_t slow_every = 10;  // so many sends there is one whose answer waits until half of it is in storage
  // How long a call is repeated. Past it the failure is thrown.
  std::chrono::milliseconds patience{60'000};
};

class load {
 public:
  // Lifetime: the engines, whose provider `story` is, outlive it. Tells `sink` each thing as soon as it happened, from
  // several threads.
  load(load_options options, std::vector<engine*> engines, story_provider& story, history_sink sink);
  ~load();
  load(load const&) = delete;
  load& operator=(load const&) = delete;

  // Makes the tenants, then writes until stop().
  void start();
  // Returns when every send that was begun is answered. Throws the first error that is none of a storage that is away,
  // or that does not end.
  void stop();

  // Calls that were not answered, and were repeated.
  std::size_t repeated() const { return repeated_; }
  // The longest that one call went unanswered.
  std::chrono::milliseconds longest_wait() const { return longest_wait_.load(); }

 private:
  account_made new_account(std::size_t number);
  void write(std::size_t writer);
  void send(account_made const& who, chat_id chat, std::string const& key, std::size_t writer);
  void follow(chats& from, send_asked const& asked, turn& reading);
  void watch_flush(chats& from, message_id answer, send_asked const& asked);

  // Repeats f(engine) while storage is away, on one engine after the other.
  template <class F>
  auto insist(std::size_t first, F f);

  load_options const options_;
  std::vector<engine*> const engines_;
  story_provider& story_;
  history_sink const tell_;
  std::vector<account_made> accounts_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::size_t> repeated_ = 0;
  std::atomic<std::chrono::milliseconds> longest_wait_{std::chrono::milliseconds(0)};
  std::vector<std::exception_ptr> thrown_;
  std::vector<std::thread> threads_;
};

}  // namespace sambung::tests
