// retrying: a provider that asks again when a vendor was away for a moment.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/provider.hpp>
#include <sambung/provider/provider_events.hpp>

#include <chrono>
#include <memory>

namespace sambung {

struct retry_options {
  retry_options() = default;

  std::int64_t max_retries = 2;  // of one call, besides its first attempt
  // A wait is random (full jitter): from nothing to base_delay, for each further retry to twice as much, to max_delay.
  std::chrono::milliseconds base_delay{500};
  std::chrono::milliseconds max_delay{8'000};
  // A vendor that names a time (Retry-After) is asked again then; when that is later than this, the call fails at once
  // and failure::retry_after tells the time.
  std::chrono::milliseconds max_retry_after{30'000};
  // All attempts and waits of a call together: until a stream's first content, or until a whole answer.
  std::chrono::milliseconds deadline{7'200'000};
  // So that an outage is not multiplied: a retry costs one token, each call earns so much of one, up to the burst.
  // Every completion_request::budget_key has tokens of its own, and begins with the burst.
  double budget_per_call = 0.1;
  double budget_burst = 10;
  provider_event_sink observer;
};
SAMBUNG_DESCRIBE_STRUCT(retry_options, (),
                        (max_retries, base_delay, max_delay, max_retry_after, deadline, budget_per_call, budget_burst))
SAMBUNG_API record_description describe_record(record_of<retry_options>);

// Retries what `inner` fails with when a second attempt may help: errc::unavailable, errc::rate_limited (429),
// errc::provider_error without a status (an answer that is none) or with 408, 409 or 5xx, and 408. Never spend (429
// with errc::quota_exceeded), refused certificates and 400 401 402 403 404 413 422, never a time limit that ran out,
// and never after the first content of a stream. stream() completes with the header, so that whoever waits for a model
// that thinks knows that it does; the stream's first next() is what tries again when nothing came behind the header. An
// answer that was asked for as a whole, and embed(), are retried as long as it is not there. models() and check() are
// not retried.
//
// Errors: those of the last attempt; errc::deadline_exceeded at `deadline`. Throws error(errc::invalid_argument) for
// nulls and for options that are negative.
// Cancellation ends attempts and waits alike. Thread safety: safe to use from any thread, each call on a serial
// executor (a strand, or an io_context with one thread).
SAMBUNG_API std::shared_ptr<provider> retrying(std::shared_ptr<provider> inner, retry_options options = retry_options(),
                                               std::shared_ptr<clock> clock = system_clock(),
                                               std::shared_ptr<random_source> random = system_random());

}  // namespace sambung
