#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

// A turn in flight: there from its first write to its last. Its uniqueness per chat is what makes a second one wait;
// its lease is what tells a running turn from one whose server is gone.
struct active_turn {
  message_id id;  // of the answer
  sambung::chat_id chat_id;
  user_id owner_id;
  uuid instance;  // the engine that streams it
  timestamp lease_expires_at;
  bool stop_requested = false;
};
SAMBUNG_DESCRIBE_STRUCT(active_turn, (), (id, chat_id, owner_id, instance, lease_expires_at, stop_requested))

SAMBUNG_API record_description describe_record(record_of<active_turn>);

// A piece of a turn's event log that was flushed while it streamed; folded into the message when the turn ends.
struct turn_chunk {
  chunk_id id;
  sambung::message_id message_id;
  std::int64_t first_event = 0;  // the number of the first event in it
  std::string events;            // JSON array, see services/turn_events
};
SAMBUNG_DESCRIBE_STRUCT(turn_chunk, (), (id, message_id, first_event, events))

SAMBUNG_API record_description describe_record(record_of<turn_chunk>);

}  // namespace sambung
