// turn_log: the numbered events of one turn, in memory. Written by the one that runs the turn, read by any number.
#pragma once

#include <sambung/services/turns/turns.hpp>
#include <sambung/storage/batch.hpp>

#include "core/rising_level.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace sambung {

// The delta that a provider event is in a turn; none for usage and the end.
std::optional<turn_event> delta_of(completion_event event);

// The deltas of a chunk as stored: a JSON array. Text is a string, other deltas are objects.
struct encoded_deltas {
  std::string text;
  std::int64_t count = 0;
};
result<std::vector<turn_event>> decode_deltas(std::string const& text);  // errc::data_loss

// Adds a delta to the parts being built; other events change nothing.
void add_delta(part_builder& parts, turn_event const& event);

// The most that the deltas of a turn take as they are stored: a batch holds them, and what else ends a turn.
inline constexpr std::size_t max_stored_bytes = max_batch_bytes - 8 * 1'048'576;

// Thread safety: safe to use from any thread; the appending functions by one at a time.
class turn_log {
 public:
  explicit turn_log(turn_started first) : started_(std::move(first)) { level_.raise_to(1); }

  turn_started const& started() const { return started_; }

  // Appends a delta, which becomes event last() + 1. False when they would all take more than max_stored_bytes: nothing
  // is appended.
  bool append(turn_event const& delta);
  // Appends the last event.
  void finish(turn_finished last);
  // Ends the log without a last event: the end could not be stored, or nobody can wait for it any more. One that comes
  // all the same is told.
  void abandon(failure why);

  // The number of the last event so far.
  std::int64_t last() const { return level_.value() == rising_level::top ? closed_at() : level_.value(); }
  // Bytes that the events take.
  std::size_t bytes() const;
  // The event of that number; it must be there.
  turn_event at(std::int64_t number) const;
  // The deltas behind event `after`, so far.
  encoded_deltas deltas(std::int64_t after) const;
  // Whether the log has ended, and how: nothing or a failure.
  bool ended() const;
  std::optional<failure> abandoned() const;

  // Completes when there is an event behind `seen`, or the log has ended.
  task<void> beyond(std::int64_t seen) const { return level_.above(seen); }
  bool is_beyond(std::int64_t seen) const { return level_.value() > seen; }

 private:
  enum class kind : std::uint8_t { text, encoded };
  struct entry {
    std::size_t offset;
    kind what;
  };
  std::int64_t closed_at() const;
  // Of these mutex_ is held.
  std::string_view bytes_of(std::size_t position) const;
  turn_event delta_at(std::size_t position) const;

  turn_started const started_;
  mutable std::mutex mutex_;
  std::string bytes_;  // text deltas one behind the other, and between them other deltas as a chunk has them
  std::vector<entry> entries_;
  std::size_t stored_bytes_ = 0;
  std::optional<turn_finished> finished_;
  std::optional<failure> abandoned_;
  bool ended_ = false;
  rising_level level_;  // the last event's number; the top once ended
};

}  // namespace sambung
