// Which proxy a request goes through.
#pragma once

#include "core/ip_network.hpp"
#include "http/client/dialer.hpp"

#include <sambung/core/secret.hpp>
#include <sambung/provider/proxy.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung::http {

struct proxy {
  destination at;
  secret_string authorization;  // the value of Proxy-Authorization; empty: none
};

// errc::invalid_argument, without any of `url` in it.
result<proxy> parse_proxy(std::string_view url);

// proxy_options::bypass.
class bypass_list {
 public:
  bypass_list() = default;
  explicit bypass_list(std::string_view list);

  // `host` as URLs name it, without brackets.
  bool has(std::string_view host) const;

 private:
  void add(std::string_view entry);

  std::vector<std::string> domains_;
  std::vector<ip_network> networks_;
  bool all_ = false;
};

// Thread safety: const is safe from any thread.
class proxies {
 public:
  // Nobody.
  proxies() = default;

  // errc::invalid_argument names the option that is wrong in an issue.
  static result<proxies> make(proxy_options const& options);

  // Null: `to` is connected to directly.
  proxy const* on_the_way(destination const& to) const;

 private:
  std::optional<proxy> http_;
  std::optional<proxy> https_;
  bypass_list bypass_;
};

}  // namespace sambung::http
