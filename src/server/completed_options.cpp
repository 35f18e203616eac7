#include "server/completed_options.hpp"

#include "server/counted_limiter.hpp"

#include <sambung/core/error.hpp>
#include <sambung/security/secret.hpp>

namespace sambung::serving {

server_options completed_options(server_options options, std::shared_ptr<metrics> const& measured) {
  if (auto const token = options.admin_token.view(); !token.empty() && token.size() < secret_ring::min_bytes)
    throw error(errc::invalid_argument,
                "an admin_token needs at least " + std::to_string(secret_ring::min_bytes) + " bytes");
  if (!options.clock) options.clock = system_clock();
  if (!options.random) options.random = system_random();
  if (!options.limiter) options.limiter = local_limiter(options.clock);
  if (measured) options.limiter = counted_limiter(std::move(options.limiter), measured);
  if (!options.threshold) options.threshold = std::make_shared<log_threshold>();
  return options;
}

http_limits http_limits_of(server_limits const& from) {
  http_limits limits;
  limits.max_header_bytes = from.max_header_bytes;
  limits.max_header_fields = from.max_header_fields;
  limits.max_body_bytes = from.max_body_bytes;
  limits.max_bodies_bytes = from.max_bodies_bytes;
  limits.max_chunk_extension_bytes = from.max_chunk_extension_bytes;
  limits.header_time = from.header_time;
  limits.body_time = from.body_time;
  limits.idle_time = from.idle_time;
  limits.write_stall = from.write_stall;
  return limits;
}

}  // namespace sambung::serving
