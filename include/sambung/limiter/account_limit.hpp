// account_limit: how often somebody may try to get into one account, wherever they come from.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/limiter/limiter.hpp>

#include <string>

namespace sambung {

// Thread safety: const is safe from any thread.
class SAMBUNG_API account_limit {
 public:
  account_limit(std::shared_ptr<limiter> from, rate_limit each) : from_(std::move(from)), each_(each) {}

  // One attempt at the account of this address, spelt as it is typed: upper and lower case and spaces around it are
  // the same. Taken whether there is such an account or not. Throws error(errc::rate_limited) with retry_after.
  task<void> take(std::string email) const;

 private:
  std::shared_ptr<limiter> from_;
  rate_limit each_;
};

}  // namespace sambung
