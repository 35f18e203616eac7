// What one request takes from the buckets of its client and of its user.
#pragma once

#include "http/server/proxies.hpp"

#include <sambung/security/principal.hpp>
#include <sambung/server/rates.hpp>

#include <memory>
#include <vector>

namespace sambung::serving {

// Thread safety: const is safe from any thread.
class request_limits {
 public:
  request_limits(std::shared_ptr<limiter> from, request_rates rates) : from_(std::move(from)), rates_(rates) {}

  // Empty: no limit.
  std::vector<bucket_request> of_address(boost::asio::ip::address const& client, request_class as) const;
  std::vector<bucket_request> of_user(user_id const& who, request_class as) const;

  // As limiter::try_take and take.
  std::optional<result<void>> try_take(std::vector<bucket_request> const& from) const;
  task<result<void>> take(std::vector<bucket_request> from) const;

 private:
  rate_limit const& of_class(request_class as) const;

  std::shared_ptr<limiter> from_;
  request_rates rates_;
};

}  // namespace sambung::serving
