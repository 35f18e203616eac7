// /streams/turns/<messageId>: the reading side of Durable Streams on the turns of answers. Their writers are ours.
#pragma once

#include "http/server/http_message.hpp"
#include "http/server/request_head.hpp"

#include <sambung/rpc/registry.hpp>

#include <chrono>
#include <string_view>

namespace sambung::durable_streams {

// How long a reader is kept waiting.
struct stream_times {
  stream_times() = default;

  std::chrono::milliseconds long_poll{20'000};   // with nothing to tell
  std::chrono::milliseconds connection{60'000};  // of events: then it ends between two, and its reader comes back
  std::chrono::milliseconds keep_alive{5'000};   // between comments on a quiet one
};

// One read of a turn by a caller who has signed in. Lifetime: the references outlive the call.
struct stream_call {
  stream_call(procedure const& like_, call_context const& from_, serving::request_head const& head_,
              std::string_view request_id_)
      : like(&like_), from(&from_), head(&head_), request_id(request_id_) {}

  procedure const* like;  // the procedure that does the same, which says who may
  call_context const* from;
  serving::request_head const* head;
  std::string_view request_id;
  message_id answer;
  timestamp now;
  stream_times times;
};

// The answer's id in what follows "/streams/turns/"; empty for what is none.
std::optional<message_id> decode_path(std::string_view rest);

// Whether a read of that query may take as long as its turn: it counts among what a user reads at once.
bool is_live(std::string_view query);

// Answers HEAD and GET. Throws sambung::error: errc::not_found for an answer that is not there, is another's, or is no
// answer; errc::invalid_argument for a query that cannot be read, or a position behind the end.
task<serving::http_response> answer(stream_call call);

}  // namespace sambung::durable_streams
