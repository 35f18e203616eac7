#include "http/client/proxy.hpp"

#include "core/text.hpp"
#include "http/client/target.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace sambung {
namespace http {
namespace {

constexpr char const* usual_port = "1080";  // curl's
constexpr std::string_view scheme_end = "://";
constexpr std::string_view separators = ", \t";

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  auto const size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                    reinterpret_cast<unsigned char const*>(bytes.data()), int(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

// RFC 7617.
secret_string basic_credentials(boost::urls::url_view const& url) {
  if (!url.has_userinfo()) return secret_string();
  std::string const user = url.user();
  secret_string const pair(user + ':' + std::string(url.password()));
  return secret_string("Basic " + base64(pair.view()));
}

bool is_below(std::string_view host, std::string_view domain) {
  if (!host.ends_with(domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

std::string_view without_brackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) return host.substr(1, host.size() - 2);
  return host;
}

std::string_view without_last_dot(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

}  // namespace

result<proxy> parse_proxy(std::string_view url) {
  auto const refuse = [](char const* why) { return failure(errc::invalid_argument, why); };
  bool const has_scheme = url.find(scheme_end) != url.npos;
  secret_string const whole((has_scheme ? "" : "http://") + std::string(url));
  auto const parsed = boost::urls::parse_uri(whole.view());
  if (!parsed) return refuse("must be like http://proxy.example:3128");
  if (parsed->scheme_id() != boost::urls::scheme::http) return refuse("must be an http: proxy");
  bool const plain = (parsed->encoded_path().empty() || parsed->encoded_path() == "/") && !parsed->has_query() &&
                     !parsed->has_fragment();
  bool const named = parsed->host_type() == boost::urls::host_type::name;
  bool const usable = named ? is_host_name(std::string(parsed->encoded_host()))
                            : parsed->host_type() != boost::urls::host_type::ipvfuture;
  auto const port = parsed->has_port() ? port_of(std::string(parsed->port())) : usual_port;
  if (!plain || !usable || parsed->host().empty() || !port) return refuse("must be like http://proxy.example:3128");
  proxy made;
  made.at.host = parsed->host_address();
  made.at.port = *port;
  made.authorization = basic_credentials(*parsed);
  return made;
}

bypass_list::bypass_list(std::string_view list) {
  while (!list.empty()) {
    auto const end = std::min(list.find_first_of(separators), list.size());
    add(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

void bypass_list::add(std::string_view entry) {
  if (entry == "*") all_ = true;
  entry = without_brackets(entry);
  if (auto const network = ip_network::around(entry)) return networks_.push_back(*network);
  entry = without_last_dot(entry);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (!entry.empty()) domains_.push_back(lower_case(entry));
}

bool bypass_list::has(std::string_view host) const {
  if (all_) return true;
  auto const name = lower_case(without_last_dot(host));
  if (auto const address = parse_ip(name))
    return std::ranges::any_of(networks_, [&](ip_network const& one) { return one.contains(*address); });
  return std::ranges::any_of(domains_, [&](std::string const& domain) { return is_below(name, domain); });
}

result<proxies> proxies::make(proxy_options const& options) {
  proxies made;
  std::vector<issue> issues;
  auto const read = [&](char const* name, std::string const& url, std::optional<proxy>& into) {
    if (url.empty()) return;
    auto parsed = parse_proxy(url);
    if (parsed) into = std::move(*parsed);
    else issues.push_back({name, parsed.error().message});
  };
  read("http", options.http, made.http_);
  read("https", options.https, made.https_);
  if (!issues.empty()) return failure(errc::invalid_argument, "a proxy is wrong", std::move(issues));
  made.bypass_ = bypass_list(options.bypass);
  return made;
}

proxy const* proxies::on_the_way(destination const& to) const {
  auto const& one = to.tls ? https_ : http_;
  if (!one || bypass_.has(to.host)) return nullptr;
  return &*one;
}

}  // namespace http

namespace {

using variable_look_up = std::function<std::optional<std::string>(std::string const&)>;

constexpr std::string_view this_machine = "localhost,127.0.0.0/8,::1";

// The first of `names` that is set, and its value.
struct found_variable {
  std::string name;
  std::string value;
};
template <std::size_t N>
found_variable first_of(variable_look_up const& variable, std::array<char const*, N> const& names) {
  for (auto const* name : names)
    if (auto value = variable(name)) return {name, std::move(*value)};
  return {};
}

}  // namespace

record_description describe_record(record_of<proxy_options>) { return record<proxy_options>().all_optional(); }

result<proxy_options> proxies_from(variable_look_up const& variable) {
  bool const is_cgi = variable("REQUEST_METHOD").has_value();
  auto https = first_of(variable, std::array{"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  auto http = is_cgi ? first_of(variable, std::array{"http_proxy", "all_proxy", "ALL_PROXY"})
                     : first_of(variable, std::array{"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"});
  std::vector<issue> issues;
  for (auto const* each : {&https, &http}) {
    if (each->name.empty()) continue;
    auto const parsed = http::parse_proxy(each->value);
    if (parsed || (!issues.empty() && issues.back().path == each->name)) continue;
    issues.push_back({each->name, parsed.error().message});
  }
  if (!issues.empty()) return failure(errc::invalid_argument, "the environment is wrong", std::move(issues));
  auto const bypass = first_of(variable, std::array{"no_proxy", "NO_PROXY"}).value;
  proxy_options found;
  found.https = std::move(https.value);
  found.http = std::move(http.value);
  found.bypass = bypass.empty() ? std::string(this_machine) : bypass + ',' + std::string(this_machine);
  return found;
}

}  // namespace sambung
