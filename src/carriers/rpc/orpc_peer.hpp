// oRPC's peer protocol, which calls go by over a WebSocket, as pure functions: one message is one frame, a JSON object
// {"i": id, "t": type, "p": payload}.
// Source: @orpc/client and @orpc/server 1.15.3, packages/standard-server-peer.
#pragma once

#include <sambung/rpc/procedure.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sambung::orpc {

inline constexpr std::size_t max_peer_id_bytes = 64;

// How a message came.
enum class peer_message { text, binary };

// What a client asks. Lifetime: path, method and body are views into the message where they can be.
struct peer_request {
  std::string path;       // "/chat/get", percent-encoded as it came, perhaps with a query
  std::string method;     // "POST" unless it says another
  std::string_view body;  // JSON as in a request body of /rpc; empty: none
  // Of its headers, those that count; empty: not there.
  std::string authorization;
  std::string tenant;
  std::string last_event;
  std::string traceparent;
};

// Why a request is refused that has an id to answer.
struct peer_fault {
  int status = 400;  // of HTTP
  std::string_view why;
};

struct peer_frame {
  enum class kind {
    request,     // `request`, or `fault`
    abort,       // of the call `id`
    ignored,     // what no server takes, or for a call that has no input of events
    unreadable,  // nobody can be answered
  };

  kind what = kind::unreadable;
  std::string id;
  peer_request request;
  std::optional<peer_fault> fault;
};

// Takes a message apart. What "b" holds is not looked at: see decode_input. Refused: an id that is no text of 1 to 64
// bytes (unreadable); members that come twice, headers with control characters (400); files, other bytes behind 0xFF
// and iterators as input (415).
peer_frame decode_peer_frame(std::string_view message, peer_message how);

// `{"i":"<id>",`: what every frame to the client begins with.
std::string peer_frame_begin(std::string_view id);

// What comes behind it: an answer; `body` is JSON, as encode_output and encode_error write it.
void append_peer_answer(std::string& out, int status, std::string_view body);
// That the answer is an event iterator. It comes before its events.
void append_peer_iterator(std::string& out);
// One event, the same for whoever reads it; the first of an iterator may say after how long to come back.
void append_peer_event(std::string& out, std::int64_t number, encoded_value const& event,
                       std::optional<std::chrono::milliseconds> retry = std::nullopt);
// The event that ends an iterator with a failure.
void append_peer_error(std::string& out, failure const& why, std::string_view request_id);
// The event that ends an iterator well.
void append_peer_done(std::string& out);

}  // namespace sambung::orpc
