// limiter: the port to token buckets (RFC 2697's idea): a bucket fills at a steady rate up to its burst, a call takes
// from it. In process by default; a shared one may follow without its callers noticing.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/describe.hpp>
#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/task.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sambung {

// How fast a bucket fills and how much it holds. Zero burst: no limit.
struct rate_limit {
  rate_limit() = default;
  rate_limit(double per_second_, std::int64_t burst_) : per_second(per_second_), burst(burst_) {}

  double per_second = 0;
  std::int64_t burst = 0;
};
SAMBUNG_DESCRIBE_STRUCT(rate_limit, (), (per_second, burst))

struct bucket_request {
  bucket_request(std::string key_, rate_limit limit_, std::int64_t tokens_ = 1)
      : key(std::move(key_)), limit(limit_), tokens(tokens_) {}

  std::string key;  // "address/203.0.113.9": a kind and a name
  rate_limit limit;
  std::int64_t tokens;
};

// Thread safety: shared objects are safe to use from any thread.
class SAMBUNG_API limiter {
 public:
  virtual ~limiter() = default;

  // Takes from all buckets or, when one has too little, from none: errc::rate_limited with retry_after, the time until
  // that bucket has enough. errc::unavailable when a shared limiter does not answer.
  virtual task<result<void>> take(std::vector<bucket_request> from) = 0;

  // The same at once, for a limiter that needs no wait; empty when take() must be awaited. Hot paths ask this first.
  virtual std::optional<result<void>> try_take(std::vector<bucket_request> const&) { return std::nullopt; }
};

// In this process. Keeps at most `max_buckets` of them: a full bucket is as good as none and goes first; when none is
// full, a new name is refused errc::unavailable rather than an old one forgotten.
SAMBUNG_API std::shared_ptr<limiter> local_limiter(std::shared_ptr<clock> clock, std::size_t max_buckets = 100'000);

}  // namespace sambung
