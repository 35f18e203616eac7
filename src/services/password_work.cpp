#include "services/password_work.hpp"

#include "core/blocking_pool.hpp"
#include "services/engine_core.hpp"

namespace sambung {

task<password_check> checked_password(engine_core& core, std::string hash, secret_string typed) {
  auto work = [&](std::size_t) -> result<password_check> {
    return check_password(hash, typed.view(), core.auth.password_cost);
  };
  auto const outcome = co_await core.passwords->run(std::move(work));
  co_return outcome.value();
}

task<std::string> hashed_password(engine_core& core, secret_string password) {
  auto work = [&](std::size_t) -> result<std::string> {
    return hash_password(password, core.auth.password_cost, *core.random);
  };
  auto outcome = co_await core.passwords->run(std::move(work));
  co_return std::move(outcome).value();
}

}  // namespace sambung
