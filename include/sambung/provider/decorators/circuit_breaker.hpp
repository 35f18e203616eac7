// circuit_breaker: a provider that leaves a vendor alone that does not work.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/provider.hpp>
#include <sambung/provider/provider_events.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace sambung {

struct circuit_breaker_options {
  circuit_breaker_options() = default;

  std::string name = "provider";  // in events and failures
  std::size_t window = 50;        // the rate is that of so many last calls
  std::size_t min_calls = 10;     // with fewer the circuit does not open
  double failure_rate = 0.5;      // at which it opens, from above 0 to 1
  std::chrono::milliseconds open_time{30'000};
  std::chrono::milliseconds open_jitter{5'000};  // a random time up to this is added to open_time
  provider_event_sink observer;
};
SAMBUNG_DESCRIBE_STRUCT(circuit_breaker_options, (), (name, window, min_calls, failure_rate, open_time, open_jitter))
SAMBUNG_API record_description describe_record(record_of<circuit_breaker_options>);

// Closed, calls pass. A call counts as failed when the vendor could not be reached, broke off, was too slow, answered
// 5xx or with what is no answer; answers and refusals of the request count as success; rate limits, cancelled calls and
// streams that were left before their first content do not count. At the failure rate the circuit opens: calls fail
// with errc::unavailable at once, and retry_after tells for how long. Then one call at a time is let through as a
// probe: its first content, or refusal, closes the circuit; its failure opens it again. A probe that is silent for
// open_time is given up. models() and check() always pass and do not count.
//
// Throws error(errc::invalid_argument) for nulls and for options out of range. Thread safety: safe to use from any
// thread.
SAMBUNG_API std::shared_ptr<provider> circuit_breaker(std::shared_ptr<provider> inner,
                                                      circuit_breaker_options options = circuit_breaker_options(),
                                                      std::shared_ptr<clock> clock = system_clock(),
                                                      std::shared_ptr<random_source> random = system_random());

}  // namespace sambung
