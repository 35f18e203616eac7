#include <sambung/limiter/account_limit.hpp>

#include "core/ip_network.hpp"
#include "limiter/account_name.hpp"

namespace sambung {
namespace {

void add(std::vector<bucket_request>& to, std::string key, rate_limit const& limit) {
  if (limit.burst > 0) to.emplace_back(std::move(key), limit);
}

// Where a client is, as far as limits tell; who calls from within the process is nowhere.
std::string network_of(std::string const& address) {
  auto const known = parse_ip(address);
  return known ? rate_name(*known) : std::string();
}

std::vector<bucket_request> buckets_of(account_attempt const& one, account_rates const& each) {
  auto const account = "account/" + account_name(one.email);
  std::vector<bucket_request> buckets;
  if (!one.device.empty()) {
    add(buckets, account + "/device/" + one.device, each.device);
    return buckets;
  }
  add(buckets, account + '/' + network_of(one.address), each.network);
  add(buckets, account, each.everywhere);
  return buckets;
}

task<void> take_attempt(std::shared_ptr<limiter> from, account_rates each, account_attempt one) {
  auto buckets = buckets_of(one, each);
  if (buckets.empty()) co_return;
  auto const at_once = from->try_take(buckets);
  if (at_once) {
    at_once->value();
    co_return;
  }
  auto const taken = co_await from->take(std::move(buckets));
  taken.value();
}

}  // namespace

task<void> account_limit::take(account_attempt one) const { return take_attempt(from_, each_, std::move(one)); }

}  // namespace sambung
