#include <sambung/limiter/account_limit.hpp>

#include "core/email_address.hpp"
#include "core/sha256.hpp"
#include "core/text.hpp"

namespace sambung {
namespace {

// A name of bounded length that tells no address; every spelling of an address has the same.
std::string name_of(std::string_view email) {
  auto const typed = trim(email, " ");
  return sha256_hex(parse_email(typed).value_or(lower_case(typed)));
}

}  // namespace

task<void> account_limit::take(std::string email) const {
  if (each_.burst == 0) co_return;
  std::vector<bucket_request> bucket;
  bucket.emplace_back("account/" + name_of(email), each_);
  auto const at_once = from_->try_take(bucket);
  if (at_once) {
    at_once->value();
    co_return;
  }
  auto const taken = co_await from_->take(std::move(bucket));
  taken.value();
}

}  // namespace sambung
