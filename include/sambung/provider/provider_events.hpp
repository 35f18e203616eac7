// What the decorators of providers report while they work: for logs and metrics.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/error.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>

namespace sambung {

// A call failed and is repeated after `delay`. `attempt` counts from 1, the one that failed.
struct retry_scheduled {
  std::string model;
  std::int64_t attempt = 0;
  std::chrono::milliseconds delay{};
  failure why;
};
SAMBUNG_DESCRIBE_STRUCT(retry_scheduled, (), (model, attempt, delay, why))

// A failure that is worth a retry got none.
enum class retry_obstacle { attempts, retry_after, deadline, budget };
SAMBUNG_DESCRIBE_ENUM(retry_obstacle, attempts, retry_after, deadline, budget)
struct retries_ended {
  std::string model;
  std::int64_t attempt = 0;
  retry_obstacle obstacle = retry_obstacle::attempts;
  failure why;
};
SAMBUNG_DESCRIBE_STRUCT(retries_ended, (), (model, attempt, obstacle, why))

// One candidate failed and the next is asked. Both are the candidates' names.
struct fell_back {
  std::string from;
  std::string to;
  failure why;
};
SAMBUNG_DESCRIBE_STRUCT(fell_back, (), (from, to, why))

enum class circuit_state { closed, open, half_open };
SAMBUNG_DESCRIBE_ENUM(circuit_state, closed, open, half_open)
struct circuit_changed {
  std::string name;
  circuit_state from = circuit_state::closed;
  circuit_state to = circuit_state::closed;
  std::chrono::milliseconds rest{};  // of open: how long no call is let through
};
SAMBUNG_DESCRIBE_STRUCT(circuit_changed, (), (name, from, to, rest))

// A call waits for its turn, for about so long.
struct throttled {
  std::string model;
  std::chrono::milliseconds wait{};
};
SAMBUNG_DESCRIBE_STRUCT(throttled, (), (model, wait))
// A call was refused because its turn would come, or came, too late.
struct throttle_refused {
  std::string model;
  std::chrono::milliseconds wait{};
};
SAMBUNG_DESCRIBE_STRUCT(throttle_refused, (), (model, wait))

struct cache_hit {
  std::string model;
};
SAMBUNG_DESCRIBE_STRUCT(cache_hit, (), (model))
struct cache_missed {
  std::string model;
};
SAMBUNG_DESCRIBE_STRUCT(cache_missed, (), (model))
struct cache_stored {
  std::string model;
  std::int64_t bytes = 0;
};
SAMBUNG_DESCRIBE_STRUCT(cache_stored, (), (model, bytes))

using provider_event = std::variant<retry_scheduled, retries_ended, fell_back, circuit_changed, throttled,
                                    throttle_refused, cache_hit, cache_missed, cache_stored>;

// Called on the thread of the call that it is about, from several threads at once, and with no lock held. It must be
// quick and must not throw: an exception ends that call.
using provider_event_sink = std::function<void(provider_event const&)>;

}  // namespace sambung
