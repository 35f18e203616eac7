#include <sambung/open.hpp>
#include <sambung/provider/demo.hpp>
#include <sambung/storage/memory.hpp>
#ifdef SAMBUNG_WITH_PROVIDERS
#include <sambung/provider/vendors/anthropic.hpp>
#include <sambung/provider/vendors/compatible.hpp>
#include <sambung/provider/vendors/ollama.hpp>
#endif
#ifdef SAMBUNG_WITH_POSTGRES
#include <sambung/storage/postgres/postgres.hpp>
#endif
#ifdef SAMBUNG_WITH_SQLITE
#include <sambung/storage/sqlite/sqlite.hpp>
#endif

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace sambung {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

// How a database is opened.
enum class view { live, snapshot };

bool is_sqlite(std::string_view url) { return url.substr(0, sqlite_scheme.size()) == sqlite_scheme; }

// "sqlite:PATH" and, as SQLAlchemy spells it, "sqlite:///PATH".
std::string_view path_of(std::string_view url) {
  auto path = url.substr(sqlite_scheme.size());
  if (path.substr(0, 3) == "///") path.remove_prefix(3);
  return path;
}

result<std::shared_ptr<storage>> open_file([[maybe_unused]] std::string_view path, [[maybe_unused]] view how) {
  if (path.empty()) return failure(errc::invalid_argument, "sqlite: needs a path, such as sqlite:sambung.db");
#ifdef SAMBUNG_WITH_SQLITE
  std::filesystem::path file(path);
  if (how == view::snapshot) return open_sqlite_snapshot(std::move(file));
  return open_sqlite(sqlite_options(std::move(file)));
#else
  return failure(errc::unsupported, "SQLite is not built in");
#endif
}

result<std::shared_ptr<storage>> open_server([[maybe_unused]] std::string_view url,
                                             [[maybe_unused]] std::string_view migrator_url,
                                             [[maybe_unused]] view how) {
#ifdef SAMBUNG_WITH_POSTGRES
  postgres_options options{std::string(url)};
  options.migrator_url = migrator_url;
  return how == view::snapshot ? open_postgres_snapshot(std::move(options)) : open_postgres(std::move(options));
#else
  return failure(errc::unsupported, "PostgreSQL is not built in");
#endif
}

failure unknown_url() {
  return failure(errc::invalid_argument, "a database URL is memory:, sqlite:PATH or postgresql://...");
}

#ifdef SAMBUNG_WITH_PROVIDERS

// The words of a list with commas.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    auto const end = std::min(text.find(','), text.size());
    auto word = text.substr(0, end);
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    if (!word.empty()) words.emplace_back(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
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

constexpr std::size_t most_connections = 65'535;

// As it is by default where the variable is not set.
result<std::size_t> connections_from(environment const& env) {
  auto const text = env("SAMBUNG_UPSTREAM_CONNECTIONS");
  if (!text) return http_transport_options().max_connections;
  std::size_t read = 0;
  auto const [end, fault] = std::from_chars(text->data(), text->data() + text->size(), read);
  bool const whole = fault == std::errc() && end == text->data() + text->size();
  if (whole && read >= 1 && read <= most_connections) return read;
  return failure(errc::invalid_argument, "must be a number from 1 to " + std::to_string(most_connections));
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
    wanted_ = words_of(env_("SAMBUNG_PROVIDERS").value_or(""));
    auto const connections = connections_from(env);
    if (!connections) issues_.push_back({"SAMBUNG_UPSTREAM_CONNECTIONS", connections.error().message});
    auto made = transport_from(env, connections ? *connections : 1);
    if (made) transport_ = std::move(*made);
    else transport_issues_ = made.error().issues;
  }

  result<provider_registry> collect() {
    for (auto const& vendor : compatible_vendors()) add_compatible(vendor);
    add_anthropic();
    add_ollama();
    if (takes("demo")) providers_.add("demo", demo_provider());
    for (auto const& name : wanted_)
      issues_.push_back({"SAMBUNG_PROVIDERS", "knows no \"" + name + "\"; it is one of " + known_});
    if (!issues_.empty()) return failure(errc::invalid_argument, "the environment is wrong", std::move(issues_));
    if (providers_.empty()) providers_.add("demo", demo_provider());
    return std::move(providers_);
  }

 private:
  // Whether SAMBUNG_PROVIDERS names it; each name once.
  bool takes(std::string_view name) {
    (known_ += known_.empty() ? "" : ", ") += name;
    return std::erase(wanted_, name) > 0;
  }

  // Somebody's address other than the vendor's own may be one that takes no keys.
  void add_compatible(compatible_vendor const& vendor) {
    auto key = env_(std::string(vendor.key_variable));
    auto url = env_(std::string(vendor.url_variable));
    if (!takes(vendor.name) && !url && (!key || vendor.key == key_need::optional)) return;
    auto options = compatible_options(vendor.name, key.value_or("")).value();
    if (url) options.key = key_need::optional;
    if (url) options.base_url = std::move(*url);
    if (vendor.name == "openrouter") name_application(options);
    add(vendor.name, url ? vendor.url_variable : vendor.key_variable,
        [&] { return openai_provider(std::move(options), transport_); });
  }

  void name_application(openai_options& options) const {
    if (auto referer = env_("OPENROUTER_REFERER")) options.headers.emplace_back("HTTP-Referer", std::move(*referer));
    if (auto title = env_("OPENROUTER_TITLE")) options.headers.emplace_back("X-OpenRouter-Title", std::move(*title));
  }

  void add_anthropic() {
    auto key = env_("ANTHROPIC_API_KEY");
    auto url = env_("ANTHROPIC_BASE_URL");
    if (!takes("anthropic") && !key && !url) return;
    anthropic_options options(key.value_or(""));
    if (!url) options.key = key_need::required;
    if (url) options.base_url = std::move(*url);
    add("anthropic", url ? "ANTHROPIC_BASE_URL" : "ANTHROPIC_API_KEY",
        [&] { return anthropic_provider(std::move(options), transport_); });
  }

  void add_ollama() {
    auto host = env_("OLLAMA_HOST");
    if (!takes("ollama") && !host) return;
    ollama_options options;
    if (host) options.base_url = ollama_url(std::move(*host));
    add("ollama", "OLLAMA_HOST", [&] { return ollama_provider(std::move(options), transport_); });
  }

  // Wrong proxies concern those who would go through them.
  template <class F>
  void add(std::string_view name, std::string_view variable, F make) {
    if (!transport_) {
      issues_.insert(issues_.end(), transport_issues_.begin(), transport_issues_.end());
      transport_issues_.clear();
      return;
    }
    auto made = make();
    if (made) providers_.add(std::string(name), std::move(*made));
    else issues_.push_back({std::string(variable), made.error().message});
  }

  environment const& env_;
  std::vector<std::string> wanted_;
  std::string known_;
  std::shared_ptr<transport> transport_;  // one for all, through the environment's proxies
  std::vector<issue> transport_issues_;
  provider_registry providers_;
  std::vector<issue> issues_;
};

#endif

result<provider_registry> vendors_from(environment const& env) {
#ifdef SAMBUNG_WITH_PROVIDERS
  return provider_collector(env).collect();
#else
  std::vector<issue> issues;
  for (auto const* name :
       {"SAMBUNG_PROVIDERS", "OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "OLLAMA_HOST"})
    if (env(name)) issues.push_back({name, "needs the providers component, which is not built in"});
  if (!issues.empty()) return failure(errc::invalid_argument, "the environment is wrong", std::move(issues));
  provider_registry only;
  only.add("demo", demo_provider());
  return only;
#endif
}

result<provider_registry> with_aliases(provider_registry providers, std::string_view list) {
  std::vector<issue> issues;
  auto const wrong = [&](std::string why) { issues.push_back({"SAMBUNG_MODEL_ALIASES", std::move(why)}); };
  if (auto const added = add_aliases(providers, list); !added) wrong(added.error().message);
  if (auto const checked = providers.check_aliases(); !checked)
    for (auto const& each : checked.error().issues) wrong('"' + each.path + "\" " + each.message);
  if (issues.empty()) return providers;
  return failure(errc::invalid_argument, "the environment is wrong", std::move(issues));
}

}  // namespace

result<std::shared_ptr<storage>> open_storage(std::string_view url, std::string_view migrator_url) {
  if (url == "memory:") return memory_storage();
  if (is_sqlite(url)) return open_file(path_of(url), view::live);
  if (is_shared_database(url)) return open_server(url, migrator_url, view::live);
  return unknown_url();
}

bool is_shared_database(std::string_view url) {
  return url.substr(0, 13) == "postgresql://" || url.substr(0, 11) == "postgres://";
}

result<std::shared_ptr<storage>> open_snapshot(std::string_view url) {
  if (url == "memory:") return failure(errc::unsupported, "memory: ends with its process and has no snapshots");
  if (is_sqlite(url)) return open_file(path_of(url), view::snapshot);
  if (is_shared_database(url)) return open_server(url, {}, view::snapshot);
  return unknown_url();
}

environment process_environment() {
  return [](std::string const& name) -> std::optional<std::string> {
    char const* value = std::getenv(name.c_str());
    if (!value || !*value) return std::nullopt;
    return value;
  };
}

result<provider_registry> providers_from(environment const& env) {
  auto found = vendors_from(env);
  auto const aliases = env("SAMBUNG_MODEL_ALIASES");
  if (!found || !aliases) return found;
  return with_aliases(std::move(*found), *aliases);
}

}  // namespace sambung
