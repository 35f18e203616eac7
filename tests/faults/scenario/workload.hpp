// workload: tenants, users, chats and turns on any engine, and a history of every word the engine gave.
#pragma once

#include "faults/scenario/history.hpp"
#include "faults/scenario/story_provider.hpp"

#include <sambung/engine/engine.hpp>

#include <chrono>
#include <cstdint>
#include <functional>

namespace sambung::tests {

struct workload_options {
  workload_options() = default;

  std::uint64_t seed = 1;
  std::size_t accounts = 2;  // each works on a thread of its own
  std::size_t chats = 2;     // of each account
  std::size_t sends = 2;     // in each chat, in each round
  // How long a call that fails is repeated. Past it the failure is thrown.
  std::chrono::milliseconds patience{20'000};
};

// What an engine under this workload needs: the story and turns that flush soon. Lifetime: `story` outlives the engine.
engine_options story_engine(story_provider& story, std::shared_ptr<storage> store);

class workload {
 public:
  // Lifetime: `story` outlives it. Tells `sink` each thing as soon as it happened, from several threads.
  workload(workload_options options, story_provider& story, history_sink sink);

  // Makes the accounts and their chats.
  void settle(engine& e);

  // options.sends turns in every chat. `between` runs on the first account's thread after each of its chats. Throws the
  // first error that is none of a storage that is away, or that does not end.
  void play(engine& e, std::function<void()> const& between);

 private:
  struct account {
    account_made who;
    std::string name;
    std::vector<chat_id> chats;
    std::size_t sends = 0;
  };

  account new_account(engine& e, std::size_t number);
  void new_chats(engine& e, account& who);
  void play_account(engine& e, account& who, std::function<void()> const& between);
  void send(engine& e, account& who, chat_id chat);
  void follow(engine& e, account const& who, turn& reading, send_asked const& asked);
  void watch_flush(engine& e, account const& who, message_id answer, send_asked const& asked);

  // Repeats f() while storage is away.
  template <class F>
  auto insist(F f);

  workload_options const options_;
  story_provider& story_;
  history_sink const tell_;
  std::vector<account> accounts_;
};

// Tells how much of an answer is in storage, as soon as there is some; nothing when the turn is over before.
void tell_flushed_text(chats& from, message_id answer, send_asked const& asked, std::chrono::milliseconds patience,
                       history_sink const& tell);

}  // namespace sambung::tests
