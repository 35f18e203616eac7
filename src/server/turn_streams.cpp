#include "server/turn_streams.hpp"

#include "carriers/durable_streams/durable_streams_carrier.hpp"

namespace sambung::serving {

task<http_response> read_turn(caller_check& callers, server_limits const& limits, admission const& admitted,
                              request_head const& head, std::string_view request_id, timestamp now) {
  durable_streams::stream_call call(*admitted.to.called, admitted.call->from, head, request_id);
  call.answer = admitted.to.answer;
  call.now = now;
  call.times.long_poll = limits.long_poll_time;
  call.times.connection = limits.stream_connection_time;
  call.times.keep_alive = limits.rpc_keep_alive;
  auto response = co_await durable_streams::answer(std::move(call));
  // What came while the authority of a waiting caller ended is not for them any more. Streams are looked after by their
  // connection.
  if (response.stream || callers.revocations() == admitted.revocations) co_return response;
  bool const valid = co_await callers.still_valid(*admitted.who());
  if (!valid) throw error(errc::unauthenticated, "the authority of this call has ended");
  co_return response;
}

}  // namespace sambung::serving
