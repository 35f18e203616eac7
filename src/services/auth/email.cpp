#include "services/auth/email.hpp"

#include "services/base/system_records.hpp"

namespace sambung {
namespace {

task<std::optional<user>> user_with(engine_core const& core, std::string email) {
  auto const users = system_records<user>(core);
  auto stored = co_await users.first(users.where(&user::email, email));
  co_return if_found(std::move(stored));
}

}  // namespace

std::string normal_email(std::string_view typed) {
  auto address = parse_email(typed);
  if (!address) throw error(failure(errc::invalid_argument, "not an email address", {{"email", "not an address"}}));
  return std::move(*address);
}

// Who came before addresses were compared as they are, and reads like somebody else, is found by their own spelling.
task<std::optional<user>> user_at(engine_core const& core, std::string typed) {
  auto const address = parse_email(typed);
  auto const spelled = spelled_email(typed);
  if (spelled && spelled != address) {
    auto one = co_await user_with(core, *spelled);
    if (one) co_return one;
  }
  co_return co_await user_with(core, address.value_or("nobody@invalid"));
}

}  // namespace sambung
