// Where a turn's reader gets its events: from the log in memory, or from storage.
#pragma once

#include <sambung/services/turns/turns.hpp>

#include "services/turns/live_turn.hpp"

#include <atomic>

namespace sambung {

class turn::source {
 public:
  explicit source(core_ptr core, scope who, sambung::message_id id) : core_(std::move(core)), who_(who), id_(id) {}
  virtual ~source() = default;

  // `self` is this source: an operation holds what it reads from.
  virtual task<std::optional<turn_event>> next(std::shared_ptr<source> self) = 0;
  virtual std::optional<turn_event> ready() = 0;
  virtual task<turn_tail> tail(std::shared_ptr<source> self) = 0;
  static task<message> answer(std::shared_ptr<source> self);

  sambung::message_id id() const { return id_; }
  std::int64_t last() const { return last_; }

 protected:
  // While one next() runs. Throws error(errc::invalid_argument) beside another: both would be told the same, or the
  // end.
  class reading {
   public:
    explicit reading(source& of) : under_way_(of.under_way_) {
      if (under_way_.exchange(true)) throw error(errc::invalid_argument, "one next() of a turn at a time");
    }
    ~reading() { under_way_ = false; }
    reading(reading const&) = delete;
    reading& operator=(reading const&) = delete;

   private:
    std::atomic<bool>& under_way_;
  };

  core_ptr core_;
  scope who_;
  sambung::message_id id_;
  std::int64_t last_ = 0;  // the number of the event given last

 private:
  std::atomic<bool> under_way_ = false;
};

// Reads a turn that runs on this engine, or ended on it a short while ago.
turn read_live(engine_core& core, std::shared_ptr<live_turn> from, std::int64_t after);

// Reads a turn of which this engine knows only what is stored: flushed pieces while it runs elsewhere, then its end.
turn read_stored(engine_core& core, scope who, std::shared_ptr<message const> answer, std::int64_t after);

}  // namespace sambung
