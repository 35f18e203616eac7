// rate_limited: a provider that keeps to the vendor's limits, so that the vendor need not refuse.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/provider.hpp>
#include <sambung/provider/provider_events.hpp>

#include <chrono>
#include <memory>

namespace sambung {

// The tokens that a request will cost before anything is known: a quarter of its bytes, and max_tokens or else
// `assumed_output` for the answer.
SAMBUNG_API std::int64_t estimated_cost(completion_request const& request, std::int64_t assumed_output);

struct rate_limited_options {
  rate_limited_options() = default;

  double requests_per_minute = 0;  // 0: no limit
  double tokens_per_minute = 0;    // input and output together; 0: no limit
  // What was not used is kept for so long and may go at once; at least one request may.
  std::chrono::milliseconds burst{10'000};
  std::size_t max_waiting = 1'000;             // calls; one more is refused
  std::chrono::milliseconds max_wait{30'000};  // a call whose turn comes later is refused
  std::int64_t assumed_output_tokens = 500;
  provider_event_sink observer;
};
SAMBUNG_DESCRIBE_STRUCT(rate_limited_options, (),
                        (requests_per_minute, tokens_per_minute, burst, max_waiting, max_wait, assumed_output_tokens))
SAMBUNG_API record_description describe_record(record_of<rate_limited_options>);

// Holds calls back, in the order in which they came, until both limits have room. The tokens of a call are estimated
// before, and corrected by the usage that the vendor reports, or by the size of the answer if it reports none; a call
// that failed without an answer costs none. An estimate above the burst needs a full bucket, and those behind it pay.
// models() and check() are not limited.
//
// Errors: errc::rate_limited with retry_after and without a status, at once when a call's turn would come too late, or
// after max_wait. Throws error(errc::invalid_argument) for nulls and for options that are negative.
// Cancelling a call that waits in line costs nothing. Thread safety: safe to use from any thread, each call on a serial
// executor (a strand, or an io_context with one thread).
SAMBUNG_API std::shared_ptr<provider> rate_limited(std::shared_ptr<provider> inner, rate_limited_options options,
                                                   std::shared_ptr<clock> clock = system_clock());

}  // namespace sambung
