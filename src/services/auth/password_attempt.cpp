#include "services/auth/password_attempt.hpp"

#include <sambung/limiter/account_limit.hpp>

#include "services/auth/auth_state.hpp"
#include "services/auth/email.hpp"
#include "services/auth/known_device.hpp"

namespace sambung {

task<password_attempt> password_attempt::at(engine_core& core, std::string email, request_origin const* from) {
  if (from && from->attempts) {
    // In the form that is looked up, so that no other spelling is another account.
    auto account = parse_email(email).value_or(email);
    auto device = name_of_device(from->device, account);
    account_attempt one(std::move(account), from->address, std::move(device));
    co_await from->attempts->take(std::move(one));
  }
  co_return password_attempt(core, from);
}

task<password_check> password_attempt::check(std::string hash, secret_string typed) const {
  auto* const core = core_;
  auto work = [core, hash = std::move(hash), typed = std::move(typed)](std::size_t) -> result<password_check> {
    return check_password(hash, typed.view(), core->auth->options.password_cost);
  };
  co_return co_await in_password_pool<password_check>(*core, std::move(work));
}

void password_attempt::failed(std::string action, std::optional<user_id> user, std::optional<tenant_id> tenant) const {
  core_->auth->failures.note(*core_, failed_attempt(std::move(action), user, tenant, address_));
}

}  // namespace sambung
