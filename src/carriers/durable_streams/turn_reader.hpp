// turn_reader: reads a turn's own log as a stream of JSON messages, and knows where it is in it.
#pragma once

#include "carriers/durable_streams/stream_wire.hpp"

#include <sambung/services/turns/turns.hpp>

#include <chrono>
#include <string>

namespace sambung::durable_streams {

// An event is one message: the JSON that message.resume sends of it. An answer that has ended and whose events are no
// longer kept reads as a snapshot, which stands for all before it, and then the rest of it: up to the last of that the
// reader has come no further than before, so who is cut off there begins with the snapshot again.
// Thread safety: none; one operation at a time. Lifetime: of what it is moved into.
class turn_reader {
 public:
  // Of a turn that has come as far as `seen`, from where `from` is.
  turn_reader(turn from, turn_tail seen) : from_(std::move(from)), tail_(seen) {}

  // Adds what had come when it was looked last to `messages`, which are separated by commas, until they are so many
  // bytes or more. Throws what turn::next() throws.
  task<void> gather(std::string& messages, std::size_t enough);

  // Waits for an event when nothing is left to gather, and adds it and what is there behind it. False when none came
  // in time: then it reads no more. Throws what turn::next() throws.
  task<bool> follow(std::string& messages, std::size_t enough, std::chrono::milliseconds patience);

  // Adds the next message of a replay.
  task<void> read_on(std::string& messages);

  // Looks again how far the turn has come.
  task<void> look();

  // Where whoever has the messages so far is.
  stream_position position() const;
  // Where they are at the end of a replay.
  stream_position end() const;
  // Whether it is within the replay of an answer: its reader comes no further before that has ended.
  bool in_replay() const { return in_replay_ && !closed_; }
  bool closed() const { return closed_; }

 private:
  void add(std::string& messages, std::optional<turn_event> const& event);
  bool has_more() const;

  turn from_;
  turn_tail tail_;
  bool closed_ = false;     // there is no event behind those it has read
  bool in_replay_ = false;  // since its snapshot
  bool cut_ = false;        // it had enough before the tail
};

}  // namespace sambung::durable_streams
