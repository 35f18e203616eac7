#include <sambung/rpc/call_context.hpp>

#include <sambung/limiter/account_limit.hpp>

namespace sambung {

task<void> call_context::limit_account(std::string email) const {
  if (!origin_.attempts) co_return;
  account_attempt one(std::move(email), origin_.address);
  co_await origin_.attempts->take(std::move(one));
}

}  // namespace sambung
