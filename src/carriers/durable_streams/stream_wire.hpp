// Durable Streams as pure functions: positions, header lines and server-sent events of a stream of JSON messages.
// Source: PROTOCOL.md of Durable Streams, 1.0 draft of June 2026; @durable-streams/client 0.2.7.
#pragma once

#include <sambung/core/id.hpp>
#include <sambung/core/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sambung::durable_streams {

// A position: the number of the event before it, in 20 digits, so that the order of bytes is that of numbers.
std::string encode_offset(std::int64_t number);
// Empty for anything else than 20 digits of a number that an event may have, or 0.
std::optional<std::int64_t> decode_offset(std::string_view text);

// The cursor of an answer given now: the number of the interval of 20 s in which we are, or, for a reader whose own is
// that or beyond, a later one than theirs. A cache between us then never answers them with what it gave them before.
// `noise`: any number; it decides how much later, up to an hour.
std::int64_t next_cursor(timestamp now, std::int64_t readers, std::uint64_t noise);

// Where a reader is once it has an answer.
struct stream_position {
  stream_position() = default;

  std::int64_t next = 0;    // its next offset
  bool is_at_tail = false;  // there was nothing further when the answer was made
  bool is_closed = false;   // nor will there be
};

// The header lines that say so. At the tail of a closed stream there is nothing to wait for, and so no cursor.
std::string position_headers(stream_position const& at, std::optional<std::int64_t> cursor);

// `"<id>:<after>:<next>"`, with `:c` at the end of a closed stream: what follows `after` up to `next`.
std::string etag_of(uuid const& stream, std::int64_t after, stream_position const& at);

// An event with the messages of a JSON array, which has no line break.
void append_data(std::string& out, std::string_view messages);
// The event that says where the reader is behind it.
void append_control(std::string& out, stream_position const& at, std::int64_t cursor);

// What a quiet connection is sent: a comment.
inline constexpr std::string_view keep_alive = ": \n\n";

}  // namespace sambung::durable_streams
