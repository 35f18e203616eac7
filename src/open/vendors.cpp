#include "open/vendors.hpp"

#include "open/variable_table.hpp"

#include <sambung/provider/demo.hpp>
#ifdef SAMBUNG_WITH_PROVIDERS
#include "open/vendor_table.hpp"

#include <sambung/provider/decorators/retry.hpp>
#endif

namespace sambung::opening {

#ifdef SAMBUNG_WITH_PROVIDERS

namespace {

struct vendor_settings : upstream_limits {
  std::vector<std::string> wanted;
  std::size_t max_connections = http_transport_options().max_connections;
  std::int64_t retries = retry_options().max_retries;
};

variable_table<vendor_settings> settings_table() {
  variable_table<vendor_settings> table;
  table.list("SAMBUNG_PROVIDERS", "names of providers, separated by commas",
             "more providers to offer, `demo` among them: without a key of the server's, calls need stored keys; `all` "
             "is every one",
             &vendor_settings::wanted);
  table.number("SAMBUNG_UPSTREAM_CONNECTIONS", 1, 65'535,
               "connections to one vendor or model server at once: each answer in flight takes one",
               &vendor_settings::max_connections);
  table.seconds("SAMBUNG_UPSTREAM_SILENCE", 1, 86'400,
                "for a model to think without a word: to the beginning of its answer, and between two pieces of it",
                &vendor_settings::silence);
  table.seconds("SAMBUNG_UPSTREAM_TIME", 1, 86'400, "for a whole answer", &vendor_settings::total);
  table.number("SAMBUNG_UPSTREAM_LINE_BYTES", 65'536, 64 * 1'048'576,
               "the longest line of a streamed answer: a picture may be one", &vendor_settings::max_line_bytes);
  table.number("SAMBUNG_UPSTREAM_RETRIES", 0, 10,
               "how often a call is made again that failed before anything came of it, where that may help",
               &vendor_settings::retries);
  return table;
}

// What tells a vendor which application calls.
struct application_header {
  std::string_view vendor;
  std::string_view variable;
  std::string_view header;
  std::string_view meaning;
};
constexpr application_header application_headers[] = {
    {"openrouter", "OPENROUTER_REFERER", "HTTP-Referer", "the address of the application that calls, for OpenRouter"},
    {"openrouter", "OPENROUTER_TITLE", "X-OpenRouter-Title", "the name of the application that calls, for OpenRouter"},
};

// A client that is told when to come back can wait by itself.
constexpr std::chrono::seconds longest_wait{5};

std::shared_ptr<provider> with_retries(std::shared_ptr<provider> account, vendor_settings const& settings) {
  if (settings.retries == 0) return account;
  retry_options options;
  options.max_retries = settings.retries;
  options.deadline = settings.total;
  options.max_retry_after = longest_wait;
  return retrying(std::move(account), std::move(options));
}

result<std::shared_ptr<transport>> transport_from(environment const& env, std::size_t max_connections) {
  auto proxy = proxies_from(env);
  if (!proxy) return proxy.error();
  http_transport_options options;
  options.max_connections = max_connections;
  options.proxy = std::move(*proxy);
  return http_transport(std::move(options));
}

// Collects the providers that the variables describe, and what is wrong with those.
class provider_collector {
 public:
  explicit provider_collector(environment const& env) : env_(env) {
    settings_table().read(env, settings_, issues_);
    takes_all_ = std::erase(settings_.wanted, "all") > 0;
    settings_.in_production = env("SAMBUNG_ENV") == "production";
    auto made = transport_from(env, settings_.max_connections);
    if (made) transport_ = std::move(*made);
    else transport_issues_ = made.error().issues;
  }

  result<provider_registry> collect() {
    for (auto const& each : vendor_table()) add(each);
    if (takes("demo")) providers_.add("demo", demo_provider());
    for (auto const& name : settings_.wanted)
      issues_.push_back({"SAMBUNG_PROVIDERS", "knows no \"" + name + "\"; it is one of " + known_});
    if (!issues_.empty()) return failure(errc::invalid_argument, "the environment is wrong", std::move(issues_));
    if (providers_.empty()) providers_.add("demo", demo_provider());
    return std::move(providers_);
  }

 private:
  // Whether SAMBUNG_PROVIDERS names it; each name once.
  bool takes(std::string_view name) {
    (known_ += ", ") += name;
    return std::erase(settings_.wanted, name) > 0 || takes_all_;
  }

  std::optional<std::string> value_of(std::string_view variable) const {
    return variable.empty() ? std::nullopt : env_(std::string(variable));
  }

  // Wrong proxies concern those who would go through them.
  void add(vendor_row const& one) {
    auto key = value_of(one.key_variable);
    auto url = value_of(one.url_variable);
    if (!takes(one.name) && !url && (!key || one.need == key_need::optional)) return;
    if (!transport_) {
      issues_.insert(issues_.end(), transport_issues_.begin(), transport_issues_.end());
      transport_issues_.clear();
      return;
    }
    auto const& named = url || one.key_variable.empty() ? one.url_variable : one.key_variable;
    vendor_account of{key.value_or(""), url.value_or(""), one.need, headers_for(one.name), settings_};
    auto made = one.make(std::move(of), transport_);
    if (made) providers_.add(std::string(one.name), with_retries(std::move(*made), settings_));
    else issues_.push_back({std::string(named), made.error().message});
  }

  http_headers headers_for(std::string_view vendor) const {
    http_headers headers;
    for (auto const& each : application_headers)
      if (auto value = each.vendor == vendor ? value_of(each.variable) : std::nullopt)
        headers.emplace_back(each.header, std::move(*value));
    return headers;
  }

  environment const& env_;
  vendor_settings settings_;
  bool takes_all_ = false;
  std::string known_ = "all";
  std::shared_ptr<transport> transport_;  // one for all, through the environment's proxies
  std::vector<issue> transport_issues_;
  provider_registry providers_;
  std::vector<issue> issues_;
};

environment_variable described(std::string_view name, std::string form, std::string by_default, std::string meaning) {
  environment_variable made;
  made.name = name;
  made.form = std::move(form);
  made.by_default = std::move(by_default);
  made.meaning = std::move(meaning);
  return made;
}

void describe_account(vendor_row const& of, std::vector<environment_variable>& all) {
  auto const provider = '`' + std::string(of.name) + "`: ";
  if (!of.key_variable.empty()) {
    all.push_back(described(of.key_variable, "a key", "none", provider + "the key of the account there"));
    all.back().seen = sensitivity::secret;
  }
  all.push_back(described(of.url_variable, std::string(of.url_form), '`' + of.usual_url + '`',
                          provider + std::string(of.url_meaning)));
}

// proxies_from() reads them.
void describe_proxies(std::vector<environment_variable>& all) {
  for (std::string const name : {"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"}) {
    all.push_back(described(name, "the URL of an HTTP proxy", "none",
                            "the proxy on the way to vendors, as curl reads it; small letters count more"));
    all.back().seen = sensitivity::secret;
  }
  all.push_back(described("NO_PROXY", "hosts and networks, separated by commas", "none",
                          "what is reached without a proxy; small letters count more"));
}

}  // namespace

result<provider_registry> vendors_from(environment const& env) { return provider_collector(env).collect(); }

std::vector<environment_variable> vendor_variables() {
  std::vector<environment_variable> all;
  for (auto const& each : vendor_table()) describe_account(each, all);
  for (auto const& each : application_headers)
    all.push_back(described(each.variable, "text", "none", std::string(each.meaning)));
  settings_table().describe(all);
  describe_proxies(all);
  return all;
}

std::vector<std::string> variables_of_plain_addresses(environment const& env) {
  std::vector<std::string> found;
  for (auto const& each : vendor_table()) {
    if (each.key_variable.empty()) continue;
    bool const gets_keys = each.need == key_need::required || env(std::string(each.key_variable));
    auto const address = env(std::string(each.url_variable));
    if (gets_keys && address && is_plain_elsewhere(*address)) found.emplace_back(each.url_variable);
  }
  return found;
}

#else

std::vector<std::string> variables_of_plain_addresses(environment const&) { return {}; }

result<provider_registry> vendors_from(environment const& env) {
  std::vector<issue> issues;
  for (auto const* name :
       {"SAMBUNG_PROVIDERS", "OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "OLLAMA_HOST"})
    if (env(name)) issues.push_back({name, "needs the providers component, which is not built in"});
  if (!issues.empty()) return failure(errc::invalid_argument, "the environment is wrong", std::move(issues));
  provider_registry only;
  only.add("demo", demo_provider());
  return only;
}

std::vector<environment_variable> vendor_variables() { return {}; }

#endif

}  // namespace sambung::opening
