// turn_table: the turns of one engine: those in flight, and those that ended a short while ago.
#pragma once

#include "services/turns/live_turn.hpp"

#include <deque>
#include <unordered_map>

namespace sambung {

class turn_table {
 public:
  explicit turn_table(engine_core& core) : core_(core) {}

  // Room for one more turn of `owner`, held until the returned ticket goes or is handed to start(). errc::rate_limited,
  // errc::unavailable: see turn_options.
  using ticket = std::shared_ptr<void>;
  result<ticket> admit(scope who, user_id owner);

  std::shared_ptr<live_turn> start(turn_plan plan, std::optional<message_id> user_message, ticket room);

  // In flight or retained; null otherwise.
  std::shared_ptr<live_turn> find(scope who, message_id id) const;

  // Interrupts the turns of a tenant, of a user in it, or of a user wherever they run, as chats::stop() does, and waits
  // until they are stored.
  task<void> stop(scope who);
  task<void> stop(scope who, user_id owner);
  task<void> stop(user_id owner);

  // Takes no new turns, waits up to `grace`, by the engine's clock or the system's, for those in flight, then
  // interrupts them.
  task<void> close(std::chrono::milliseconds grace);
  // Whether all in flight are stored after so much time by the system's clock.
  task<bool> ended_within(std::chrono::milliseconds limit) const;

  // Interrupts everything without waiting, so that the engine can go; what is in flight keeps it until it has ended.
  void abandon();
  // Lets go everything while the executor's context is destroyed.
  void forget();

  // Lets go what ended long enough ago.
  void drop_old();

  // Whether no engine runs it any more.
  bool is_lost(scope who, active_turn const& t) const;

 private:
  void ended(std::shared_ptr<live_turn> const& t);
  void remember(std::shared_ptr<live_turn> const& turn);
  using turns = std::vector<std::shared_ptr<live_turn>>;
  turns in_flight() const;
  static task<void> end(turns some, live_turn::interruption why);

  struct retained {
    timestamp until;
    std::size_t bytes;
    std::shared_ptr<live_turn> turn;
  };
  // Of turns that are let go: with the last of them mutex_ is taken, so it is free by then.
  using dropped = std::deque<retained>;
  dropped take_old(std::unique_lock<std::mutex> const& lock);
  dropped take_all();
  result<ticket> take_room(scope who, user_id owner);
  using key = std::pair<scope, message_id>;
  struct key_hash {
    std::size_t operator()(key const& k) const { return std::hash<message_id>()(k.second); }
  };

  engine_core& core_;
  mutable std::mutex mutex_;
  std::unordered_map<key, std::shared_ptr<live_turn>, key_hash> turns_;  // in flight and retained
  std::vector<std::weak_ptr<live_turn>>
      started_;  // that somebody may have still; those that nobody has go now and then
  std::size_t room_for_started_ = 64;
  std::deque<retained> retained_;  // oldest first
  std::size_t retained_bytes_ = 0;
  std::map<std::pair<scope, user_id>, std::size_t> per_user_;
  std::size_t admitted_ = 0;
  bool closed_ = false;
};

}  // namespace sambung
