// turn_flush: stores what a turn says while it says it, piece by piece, and renews the turn's lease with each of them.
#pragma once

#include <sambung/records/active_turn.hpp>
#include <sambung/storage/batch.hpp>

#include "core/rising_level.hpp"
#include "services/base/engine_core.hpp"
#include "services/turns/turn_log.hpp"
#include "services/turns/turn_outcome.hpp"
#include "services/turns/turn_plan.hpp"

namespace sambung {

// Thread safety: none; used on the turn's strand. Lifetime: `core`, `plan` and `log` outlive it.
class turn_flush {
 public:
  // `arrived`: bytes of the log's deltas; the top once nothing more comes.
  turn_flush(engine_core& core, turn_plan const& plan, turn_log const& log, rising_level arrived)
      : core_(core), plan_(plan), log_(log), arrived_(std::move(arrived)) {}

  // Completes when something has waited for flush_interval, flush_bytes have gathered, nothing more comes, or the lease
  // wants to be renewed.
  task<void> due() const;

  // Stores the next piece, if there is one, and renews the lease, in one batch. errc::conflict, errc::not_found: the
  // lease is lost, or somebody asks the turn to stop. After any other error the same piece is tried again.
  task<result<void>> store();
  // Which of the two it was.
  task<turn_interruption> why_refused() const;

  // Adds to the batch that ends the turn that its pieces go: the message has their text.
  void erase_pieces(batch& b) const;

 private:
  // A piece of the log on its way into storage.
  struct piece {
    turn_chunk chunk;
    std::int64_t events = 0;
    std::int64_t bytes = 0;  // arrived_ once it is stored
  };

  std::optional<piece> next_piece() const;

  engine_core& core_;
  turn_plan const& plan_;
  turn_log const& log_;
  rising_level arrived_;
  std::int64_t flushed_events_ = 1;
  std::int64_t flushed_bytes_ = 0;
  std::vector<chunk_id> chunks_;
  std::optional<piece> flushing_;  // until it is known to be stored: a try that failed may have stored it
};

}  // namespace sambung
