// What a reader of a Durable Stream asks for: the query of its GET.
// Source: PROTOCOL.md of Durable Streams, 1.0 draft of June 2026, sections 5 and 8; @durable-streams/client 0.2.7.
#pragma once

#include <sambung/core/error.hpp>

#include <cstdint>
#include <string_view>

namespace sambung::durable_streams {

// How a reader waits for what comes later.
enum class live_mode {
  none,       // not: what is there, at once
  long_poll,  // one answer, as soon as there is something
  sse,        // events, for as long as the connection is left open
};

struct stream_request {
  stream_request() = default;

  std::int64_t after = 0;  // the number of the event that the reader has had last; 0: it begins
  bool from_tail = false;  // it begins at the tail, wherever that is
  live_mode live = live_mode::none;
  std::int64_t cursor = -1;  // that it was given last; -1: none
};

// `query` is what follows the '?': parameters in any order, of which others than offset, live and cursor are passed
// over. An offset is "-1", "now", or one of encode_offset(). A cursor that is none of ours counts as none.
// errc::invalid_argument with every issue.
result<stream_request> decode_request(std::string_view query);

}  // namespace sambung::durable_streams
