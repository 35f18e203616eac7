#ifdef SAMBUNG_WITH_PROVIDERS

#include "open/vendor_table.hpp"

#include "core/ip_network.hpp"
#include "http/client/target.hpp"

#include <sambung/provider/vendors/anthropic.hpp>
#include <sambung/provider/vendors/ollama.hpp>

#include <algorithm>
#include <iterator>

namespace sambung::opening {
namespace {

// Somebody's address other than the vendor's own may be one that takes no keys.
void apply(vendor_account of, vendor_options& options) {
  options.key = of.url.empty() ? of.need : key_need::optional;
  if (!of.url.empty()) options.base_url = std::move(of.url);
  if (of.limits.in_production && is_plain_elsewhere(options.base_url)) options.key = key_need::refused;
  std::ranges::move(of.headers, std::back_inserter(options.headers));
  options.deadlines.allow_silence(of.limits.silence);
  options.deadlines.total = of.limits.total;
  options.max_line_bytes = of.limits.max_line_bytes;
}

vendor_row compatible(compatible_vendor const& row) {
  vendor_row made(row.name, row.key_variable, row.url_variable, row.key, std::string(row.base_url));
  made.url_meaning = row.key == key_need::optional ? "where this server listens, up to and including `/v1`"
                                                   : "another address for it, up to what stands before "
                                                     "`/chat/completions`";
  made.make = [name = row.name](vendor_account of, std::shared_ptr<transport> via) -> made_provider {
    auto options = compatible_options(name, std::move(of.key)).value();
    apply(std::move(of), options);
    return openai_provider(std::move(options), std::move(via));
  };
  return made;
}

vendor_row anthropic() {
  vendor_row made("anthropic", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", key_need::required,
                  anthropic_options().base_url);
  made.url_meaning = "another address for it, without `/v1`";
  made.make = [](vendor_account of, std::shared_ptr<transport> via) -> made_provider {
    anthropic_options options(std::move(of.key));
    apply(std::move(of), options);
    return anthropic_provider(std::move(options), std::move(via));
  };
  return made;
}

// OLLAMA_HOST is "host", "host:port" or a URL; Ollama's own port is 11434. Servers listen on 0.0.0.0, which is no
// address to call.
std::string ollama_url(std::string host) {
  while (!host.empty() && host.back() == '/') host.pop_back();
  if (host.ends_with("/v1")) host.resize(host.size() - 3);
  auto const scheme = host.find("://");
  auto authority = scheme == host.npos ? host : host.substr(scheme + 3);
  if (authority.starts_with("0.0.0.0")) authority.replace(0, 7, "127.0.0.1");
  auto const bracket = authority.rfind(']');
  bool const has_port = authority.find(':', bracket == authority.npos ? 0 : bracket) != authority.npos;
  if (!has_port && scheme == host.npos) authority += ":11434";
  return (scheme == host.npos ? "http://" : host.substr(0, scheme + 3)) + authority;
}

vendor_row ollama() {
  vendor_row made("ollama", {}, "OLLAMA_HOST", key_need::optional, ollama_options().base_url);
  made.url_form = "a host, host:port or base URL";
  made.url_meaning = "where this server listens";
  made.make = [](vendor_account of, std::shared_ptr<transport> via) -> made_provider {
    if (!of.url.empty()) of.url = ollama_url(std::move(of.url));
    ollama_options options;
    apply(std::move(of), options);
    auto server = ollama_provider(std::move(options), std::move(via));
    if (!server) return server.error();
    return std::shared_ptr<provider>(std::move(*server));
  };
  return made;
}

}  // namespace

// As who connects reads it; what they would refuse is no address of this machine.
bool is_plain_elsewhere(std::string const& address) {
  auto const read = http::parse_target(address);
  return !read || (!read->to.tls && !is_loopback_host(read->to.host));
}

std::vector<vendor_row> vendor_table() {
  std::vector<vendor_row> all;
  for (auto const& row : compatible_vendors()) all.push_back(compatible(row));
  all.push_back(anthropic());
  all.push_back(ollama());
  return all;
}

}  // namespace sambung::opening

#endif
