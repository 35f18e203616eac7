// live_turn: runs one turn on this engine: calls the provider, keeps the log, flushes it, renews the lease, and stores
// the end. What is stored when follows docs/adr and the comments in live_turn.cpp.
#pragma once

#include "services/base/engine_core.hpp"
#include "services/turns/turn_flush.hpp"
#include "services/turns/turn_log.hpp"
#include "services/turns/turn_outcome.hpp"
#include "services/turns/turn_plan.hpp"
#include "services/turns/turn_pump.hpp"
#include "services/turns/turn_watch.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <atomic>
#include <functional>

namespace sambung {

class live_turn : public std::enable_shared_from_this<live_turn> {
 public:
  using interruption = turn_interruption;

  live_turn(std::shared_ptr<engine_core> core, turn_plan plan, std::optional<message_id> user_message);

  turn_log const& log() const { return log_; }
  message_id id() const { return plan_.answer.id; }
  scope const& rows() const { return plan_.rows; }
  user_id const& owner() const { return plan_.chat.owner_id; }
  chat_id const& chat() const { return plan_.chat.id; }

  // Starts it. `room` is let go before readers learn of the end; `ended` is called once, when nothing of it runs.
  void start(std::shared_ptr<void> room, std::function<void()> ended);

  // Asks it to end; the first reason counts.
  void interrupt(interruption why);

  // The engine has gone, and what the turn runs on may have: readers wait no longer for what may never come.
  void leave_readers();
  // Nothing runs on the executor any more: lets go whoever waits for the turn.
  void forget();

  // Completes when the turn has ended and nothing of it runs any more.
  task<void> done() const { return done_.above(0); }
  // The same, and errc::unavailable when nobody runs the executor.
  task<void> ended() const;
  // Completes when there is an event behind `seen`, or the log has ended. errc::unavailable when nobody ever ran it.
  task<void> beyond(std::int64_t seen) const;
  bool is_done() const { return done_.value() > 0; }

  // A call that the user was asked about is decided.
  void decided() { pump_.questions().look_again(); }

  // Readers come and go; after the last one the chat's policy may stop the turn.
  void reader_came();
  void reader_left();

 private:
  // What ends the turn in storage.
  struct closing {
    closing() = default;

    batch all;
    std::optional<batch_place> template_there;  // fails when its kept prompt has been removed meanwhile
  };

  task<void> pump();
  void settle(result<void> const& how);

  task<void> run();
  task<void> flush();
  task<void> conclude();
  void remember_path(message const& answer);
  void tell_end(turn_outcome const& how);
  void tell_observer(turn_outcome const& how, bool stored);
  void abandon(failure why);
  task<result<receipt>> write_patiently(batch b);
  message ended_answer() const;
  closing closing_with(message const& ended) const;
  task<void> expire_without_readers(std::uint64_t generation);

  std::shared_ptr<engine_core> const owner_;  // keeps it alive while the turn runs
  engine_core& core_;
  turn_plan plan_;
  turn_log log_;
  boost::asio::any_io_executor strand_;
  boost::asio::cancellation_signal cancel_;
  std::atomic<interruption> interruption_ = interruption::none;
  std::atomic<bool> has_begun_ = false;  // somebody runs the executor
  rising_level done_;

  // Only touched on the strand.
  turn_watch watch_;
  turn_pump pump_;
  turn_flush flush_;
  turn_outcome outcome_;
  bool pumped_ = false;
  std::shared_ptr<void> room_;

  std::mutex readers_mutex_;
  std::size_t readers_ = 0;
  std::uint64_t readers_generation_ = 0;
};

}  // namespace sambung
