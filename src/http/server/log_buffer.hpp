// log_buffer: lines on their way to a log, up to a number of bytes, and how many were left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace sambung::serving {

// Thread safety: safe to use from any thread.
class log_buffer {
 public:
  explicit log_buffer(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Whole lines, each ended by '\n'. Past the limit they are left out and counted.
  void add(std::string_view lines);
  // Counts lines that were lost elsewhere.
  void add_lost(std::uint64_t lines);

  // What has gathered since the last time.
  struct gathered {
    std::string lines;
    std::uint64_t lost = 0;
  };
  gathered take();

 private:
  std::size_t const max_bytes_;
  std::mutex mutex_;
  gathered now_;
};

}  // namespace sambung::serving
