// How large a request and how slow a client may be. What each is for: server_limits in server/options.hpp.
#pragma once

#include <chrono>
#include <cstddef>

namespace sambung::serving {

struct http_limits {
  http_limits() = default;

  std::size_t max_header_bytes = 16'384;
  std::size_t max_header_fields = 100;
  std::size_t max_body_bytes = 1'048'576;
  std::size_t max_bodies_bytes = 256 * 1'048'576;
  std::size_t max_chunk_extension_bytes = 16'384;
  std::chrono::milliseconds header_time{10'000};
  std::chrono::milliseconds body_time{30'000};
  std::chrono::milliseconds idle_time{60'000};
  std::chrono::milliseconds write_stall{30'000};
};

}  // namespace sambung::serving
