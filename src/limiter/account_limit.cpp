#include <sambung/limiter/account_limit.hpp>

#include "core/sha256.hpp"

namespace sambung {
namespace {

// A name of bounded length that tells no address.
std::string name_of(std::string_view email) {
  while (email.starts_with(' ')) email.remove_prefix(1);
  while (email.ends_with(' ')) email.remove_suffix(1);
  std::string same(email);
  for (char& c : same)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return sha256_hex(same);
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
