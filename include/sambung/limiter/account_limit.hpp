// account_limit: how often somebody may try to get into one account.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/limiter/limiter.hpp>

#include <string>

namespace sambung {

// The attempts at one account. A stranger who uses up what is theirs leaves its owner what is the owner's: another
// network has a bucket of its own, and a known device is asked about by itself alone.
struct account_rates {
  account_rates() = default;
  account_rates(rate_limit network_, rate_limit everywhere_, rate_limit device_)
      : network(network_), everywhere(everywhere_), device(device_) {}

  rate_limit network;     // from one network: an IPv4 address, or the first 64 bits of IPv6
  rate_limit everywhere;  // from all networks together
  rate_limit device;      // from one device that has signed in to the account before
};
SAMBUNG_DESCRIBE_STRUCT(account_rates, (), (network, everywhere, device))

struct account_attempt {
  explicit account_attempt(std::string email_, std::string address_ = {}, std::string device_ = {})
      : email(std::move(email_)), address(std::move(address_)), device(std::move(device_)) {}

  // As it is typed: upper and lower case and spaces around it are the same. Counted whether there is such an account or
  // not.
  std::string email;
  std::string address;  // of the client
  std::string device;   // the name of one that is known to the account; empty: none
};

// Thread safety: const is safe from any thread.
class SAMBUNG_API account_limit {
 public:
  account_limit(std::shared_ptr<limiter> from, account_rates each) : from_(std::move(from)), each_(each) {}

  // Throws error(errc::rate_limited) with retry_after.
  task<void> take(account_attempt one) const;

 private:
  std::shared_ptr<limiter> from_;
  account_rates each_;
};

}  // namespace sambung
