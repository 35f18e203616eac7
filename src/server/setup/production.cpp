#include "server/setup/production.hpp"

#include "core/ip_network.hpp"
#include "http/server/base_url.hpp"
#include "open/vendors.hpp"
#include "server/setup/secret_strength.hpp"

#include <boost/url/parse.hpp>

#include <algorithm>
#include <cmath>

namespace sambung::setup {
namespace {

// What lets guesses through, and what one client may cost: each has to be limited, and to no more than this.
struct rate_bound {
  std::string_view name;
  rate_limit request_rates::* member;
  rate_limit most;

  std::string text() const {
    return std::string(name) + '=' + std::to_string(std::llround(most.per_second)) + "/s:" + std::to_string(most.burst);
  }
};

std::vector<rate_bound> rate_bounds() {
  return {{"address", &request_rates::address, rate_limit(10'000, 100'000)},
          {"principal", &request_rates::principal, rate_limit(10'000, 100'000)},
          {"credentials", &request_rates::credentials, rate_limit(100, 1'000)},
          {"account", &request_rates::account, rate_limit(1, 100)},
          {"everywhere", &request_rates::everywhere, rate_limit(1, 1'000)},
          {"device", &request_rates::device, rate_limit(1, 100)}};
}

bool within(rate_limit const& rate, rate_limit const& most) {
  return rate.burst > 0 && rate.burst <= most.burst && rate.per_second <= most.per_second;
}

bool is_loopback_origin(std::string_view origin) {
  auto const url = boost::urls::parse_uri(origin);
  return url && is_loopback_host(std::string(url->encoded_host()));
}

class production_check {
 public:
  production_check(draft const& read, std::vector<issue>& issues)
      : read_(read), issues_(issues), url_(serving::parse_base_url(read.url)) {}

  void check() {
    check_url();
    check_transport();
    check_origins();
    check_sign_up();
    check_database();
    check_proxies();
    check_secrets();
    check_rates();
    check_collector();
  }

  void wrong(std::string variable, std::string message) {
    issues_.push_back({std::move(variable), std::move(message)});
  }

 private:
  bool is_wrong_already(std::string_view variable) const {
    return std::ranges::find(issues_, variable, &issue::path) != issues_.end();
  }

  void check_url() {
    if (read_.url.empty() && !is_wrong_already("SAMBUNG_URL"))
      wrong("SAMBUNG_URL", "is required in production: it says which host and origin are this server's own");
    if (url_ && !url_->https && !is_loopback_origin(url_->origin))
      wrong("SAMBUNG_URL", "must be https in production: passwords and tokens would cross the network in the clear");
  }

  void check_transport() {
    bool const behind_https = url_ && url_->https && !read_.trusted_proxies.empty();
    if (is_loopback_host(read_.host) || read_.tls || behind_https) return;
    wrong("SAMBUNG_HOST",
          "must be a loopback address unless there is SAMBUNG_TLS_CERTIFICATE, or an https SAMBUNG_URL "
          "with SAMBUNG_TRUSTED_PROXIES: others could ask it without TLS");
  }

  void check_origins() {
    auto const unsafe = [](auto const& origin) { return origin.starts_with("http://") && !is_loopback_origin(origin); };
    if (std::ranges::any_of(read_.allowed_origins, unsafe))
      wrong("SAMBUNG_ALLOWED_ORIGINS", "must be https in production: whoever is on the way could change such a page");
  }

  // Also on a loopback address: in production that is where a proxy hands in what strangers send.
  void check_sign_up() {
    if (read_.auth.sign_up == sign_up_policy::first_user && !is_wrong_already("SAMBUNG_SIGN_UP"))
      wrong("SAMBUNG_SIGN_UP",
            "must be closed or open in production: with first_user whoever comes first owns the server");
  }

  void check_database() {
    if (read_.database_url == "memory:")
      wrong("SAMBUNG_DATABASE_URL", "must outlive the process in production: memory: is gone with it");
  }

  void check_proxies() {
    auto const sweeping = [](std::string const& text) {
      auto const network = ip_network::parse(text);
      return network && network->is_sweeping();
    };
    if (std::ranges::any_of(read_.trusted_proxies, sweeping))
      wrong("SAMBUNG_TRUSTED_PROXIES",
            "must name the proxies' own networks in production, no wider than a /8 (IPv6: a /16): whoever is trusted "
            "says which address a request comes from");
  }

  void check_secrets() {
    if (!read_.admin_token.empty() && is_guessable(read_.admin_token.view()))
      wrong("SAMBUNG_ADMIN_TOKEN",
            "must be random in production, such as the output of \"openssl rand -base64 48\": whoever guesses it ends "
            "the server");
    auto const& all = read_.auth.secrets;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!is_guessable(all.at(i).view())) continue;
      bool const earlier = i > 0 || !read_.has_secret;
      wrong(earlier ? "SAMBUNG_EARLIER_SECRETS" : "SAMBUNG_SECRET",
            "must be random in production, such as the output of \"openssl rand -base64 48\": whoever guesses it signs "
            "in as anybody");
    }
  }

  void check_rates() {
    std::string unbound;
    for (auto const& bound : rate_bounds()) {
      if (within(read_.rates.*bound.member, bound.most)) continue;
      (unbound += unbound.empty() ? "" : ", ") += bound.text();
    }
    if (unbound.empty()) return;
    wrong("SAMBUNG_RATE_LIMITS", "must bound these in production, by no more than " + unbound +
                                     ": otherwise passwords can be tried out, and one client keeps out all others");
  }

  void check_collector() {
    auto const& to = read_.tracing.endpoint;
    if (read_.tracing.headers.empty() || !to.starts_with("http://") || is_loopback_origin(to)) return;
    wrong("OTEL_EXPORTER_OTLP_TRACES_HEADERS",
          "must go to an https address in production, or stay on this machine: what a collector knows this server by "
          "would cross the network in the clear");
  }

  draft const& read_;
  std::vector<issue>& issues_;
  std::optional<serving::base_url> const url_;
};

}  // namespace

void refuse_unsafe(draft const& read, environment const& env, std::vector<issue>& issues) {
  production_check all(read, issues);
  all.check();
  for (auto& variable : opening::variables_of_plain_addresses(env))
    all.wrong(std::move(variable),
              "must be https in production, or on this machine: keys would cross the network in the clear");
}

}  // namespace sambung::setup
