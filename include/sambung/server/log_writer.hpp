// log_writer: writes lines to a descriptor, such as stderr, from a thread of its own: whoever logs never waits for
// whoever reads the log, and goes on when nobody does.
//
//   sambung::log_writer log(STDERR_FILENO);
//   options.access_log = [&log](std::string_view lines) { log.write(lines); };
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/export.hpp>
#include <sambung/telemetry/log_level.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace sambung {

// Lines for which there is no room, or that nobody can be given any more, are left out; once lines are taken again,
// {"event": "lines_lost"} says how many those were. No signal comes of it (SIGPIPE). Thread safety: safe to use from
// any thread.
class SAMBUNG_API log_writer {
 public:
  // At most `max_bytes` wait for the descriptor, which stays its owner's and outlives this. Without a clock:
  // system_clock(); without a threshold: info.
  explicit log_writer(int descriptor, std::size_t max_bytes = 1'048'576, std::shared_ptr<clock> clock = nullptr,
                      std::shared_ptr<log_threshold const> threshold = nullptr);
  // Writes what waits, for up to a second.
  ~log_writer();
  log_writer(log_writer const&) = delete;
  log_writer& operator=(log_writer const&) = delete;

  // Whole lines, each ended by '\n', whatever their level: whoever made them has asked the threshold.
  void write(std::string_view lines);
  // {"time", "level", "event", "message"}, and "requestId" where there is one; what is not printable in the message
  // becomes '?', and a long one is cut. Below the threshold it is not written.
  void event(std::string_view name, std::string_view message, std::string_view request_id = {},
             log_level level = log_level::warn);

 private:
  class thread;
  std::shared_ptr<log_threshold const> threshold_;
  std::unique_ptr<thread> thread_;
};

}  // namespace sambung
