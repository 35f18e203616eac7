#include <sambung/rpc/call_context.hpp>

namespace sambung {

task<void> call_context::limit_account(std::string email) const {
  if (!accounts_) co_return;
  co_await accounts_->take(std::move(email));
}

}  // namespace sambung
