// One line of JSON for each request: who asked what, and what came of it; never bodies, queries or tokens.
#pragma once

#include <sambung/core/time.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/telemetry/log_level.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sambung::serving {

// Texts that come from the client may be anything: they are escaped and cut.
struct access_record {
  timestamp time;
  log_level level = log_level::info;
  std::string_view request_id;
  std::string_view trace_id;  // empty without one
  std::string_view route;     // of a closed set
  std::string_view remote;
  std::string_view method;
  std::string_view path;
  std::string_view user_agent;
  int status = 0;
  std::uint64_t bytes = 0;  // of the response's body
  std::chrono::microseconds took{0};
  std::optional<identity> who;
  std::string_view fault;   // the name of an errc or of a fault of HTTP; empty when nothing went wrong
  std::string_view detail;  // what the response does not say of it; may be empty
};

// The event "request". Ended by '\n'.
std::string encode(access_record const& record);

// The event "slow_request": what of the record is needed to find it again. Ended by '\n'.
std::string encode_slow(access_record const& record);

// What happened beside the requests, or in one: {"time", "level", "event", "requestId", "message"}. Ended by '\n'.
std::string encode_event(timestamp when, std::string_view event, std::string_view message,
                         std::string_view request_id = {}, log_level level = log_level::warn);
// That so many lines are missing here.
std::string encode_lost(timestamp when, std::uint64_t lines);

}  // namespace sambung::serving
