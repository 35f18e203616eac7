#include "server/request_limits.hpp"

namespace sambung::serving {
namespace {

void add(std::vector<bucket_request>& to, rate_limit const& limit, std::string_view kind, std::string const& name) {
  if (limit.burst > 0) to.emplace_back(std::string(kind) + name, limit);
}

std::string_view kind_of(request_class as) {
  switch (as) {
    case request_class::read:
      return "read/";
    case request_class::write:
      return "write/";
    case request_class::model:
      return "model/";
    case request_class::credentials:
      break;
  }
  return "credentials/";
}

}  // namespace

rate_limit const& request_limits::of_class(request_class as) const {
  switch (as) {
    case request_class::read:
      return rates_.read;
    case request_class::write:
      return rates_.write;
    case request_class::model:
      return rates_.model;
    case request_class::credentials:
      break;
  }
  return rates_.credentials;
}

std::vector<bucket_request> request_limits::of_address(boost::asio::ip::address const& client, request_class as) const {
  std::vector<bucket_request> buckets;
  bool const by_class = as == request_class::credentials && rates_.credentials.burst > 0;
  if (!by_class && rates_.address.burst == 0) return buckets;
  auto const name = rate_name(client);
  buckets.reserve(2);
  add(buckets, rates_.address, "address/", name);
  if (by_class) add(buckets, rates_.credentials, kind_of(as), name);
  return buckets;
}

std::vector<bucket_request> request_limits::of_user(user_id const& who, request_class as) const {
  std::vector<bucket_request> buckets;
  bool const by_class = as != request_class::credentials && of_class(as).burst > 0;
  if (!by_class && rates_.principal.burst == 0) return buckets;
  auto const name = to_string(who);
  buckets.reserve(2);
  add(buckets, rates_.principal, "principal/", name);
  if (by_class) add(buckets, of_class(as), kind_of(as), name);
  return buckets;
}

std::optional<result<void>> request_limits::try_take(std::vector<bucket_request> const& from) const {
  if (from.empty()) return result<void>();
  return from_->try_take(from);
}

task<result<void>> request_limits::take(std::vector<bucket_request> from) const { return from_->take(std::move(from)); }

}  // namespace sambung::serving
