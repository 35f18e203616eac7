// vendor_table: how each vendor that can be named is set up, a row each.
#pragma once

#include <sambung/provider/provider.hpp>
#include <sambung/provider/vendors/compatible.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sambung::opening {

// What calls of every vendor are bound to.
struct upstream_limits {
  std::chrono::milliseconds silence = provider_deadlines().idle;
  std::chrono::milliseconds total = provider_deadlines().total;
  std::size_t max_line_bytes = vendor_options({}, {}).max_line_bytes;
  bool in_production = false;  // keys go over TLS, or stay on this machine
};

// What the variables say about one vendor.
struct vendor_account {
  std::string key;
  std::string url;  // empty: the vendor's own
  key_need need;
  http_headers headers;
  upstream_limits limits;
};

using made_provider = result<std::shared_ptr<provider>>;

struct vendor_row {
  vendor_row(std::string_view name_, std::string_view key_variable_, std::string_view url_variable_, key_need need_,
             std::string usual_url_)
      : name(name_),
        key_variable(key_variable_),
        url_variable(url_variable_),
        need(need_),
        usual_url(std::move(usual_url_)) {}

  std::string_view name;
  std::string_view key_variable;  // empty: it takes none
  std::string_view url_variable;
  key_need need;  // optional: a server of one's own, which its address brings in
  std::string usual_url;
  std::string_view url_meaning;
  std::string_view url_form = "a base URL";
  std::function<made_provider(vendor_account, std::shared_ptr<transport>)> make;
};

std::vector<vendor_row> vendor_table();

// Whether what is sent there goes to another machine in the clear.
bool is_plain_elsewhere(std::string const& address);

}  // namespace sambung::opening
