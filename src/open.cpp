#include <sambung/open.hpp>
#include <sambung/provider/demo.hpp>
#include <sambung/storage/memory.hpp>
#ifdef SAMBUNG_WITH_PROVIDERS
#include <sambung/provider/openai.hpp>
#endif
#ifdef SAMBUNG_WITH_POSTGRES
#include <sambung/storage/postgres.hpp>
#endif
#ifdef SAMBUNG_WITH_SQLITE
#include <sambung/storage/sqlite.hpp>
#endif

#include <cstdlib>

namespace sambung {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";
constexpr std::string_view openrouter_url = "https://openrouter.ai/api/v1";

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

// OLLAMA_HOST is "host", "host:port" or a URL; Ollama's own port is 11434.
std::string ollama_url(std::string host) {
  while (!host.empty() && host.back() == '/') host.pop_back();
  auto const scheme = host.find("://");
  auto const authority = scheme == host.npos ? std::string_view(host) : std::string_view(host).substr(scheme + 3);
  auto const bracket = authority.rfind(']');
  bool const has_port = authority.find(':', bracket == authority.npos ? 0 : bracket) != authority.npos;
  if (!has_port && scheme == host.npos) host += ":11434";
  return (scheme == host.npos ? "http://" : "") + host + "/v1";
}

#ifdef SAMBUNG_WITH_PROVIDERS
// Through the environment's proxies. One for all providers.
result<std::shared_ptr<transport>> transport_from(environment const& env) {
  auto proxy = proxies_from(env);
  if (!proxy) return proxy.error();
  http_transport_options options;
  options.proxy = std::move(*proxy);
  return http_transport(std::move(options));
}
#endif

// Collects providers and what is wrong with the variables that describe them.
class provider_collector {
 public:
  explicit provider_collector([[maybe_unused]] environment const& env) {
#ifdef SAMBUNG_WITH_PROVIDERS
    auto made = transport_from(env);
    if (made) transport_ = std::move(*made);
    else transport_issues_ = made.error().issues;
#endif
  }

  void add(std::string name, std::string variable, [[maybe_unused]] std::string url,
           [[maybe_unused]] std::string api_key) {
#ifdef SAMBUNG_WITH_PROVIDERS
    if (!transport_) return without_transport();
    auto made = openai_provider(openai_options(std::move(url), std::move(api_key)), transport_);
    if (made) providers_.add(std::move(name), std::move(*made));
    else issues_.push_back({std::move(variable), made.error().message});
#else
    issues_.push_back({std::move(variable), name + " needs the providers component, which is not built in"});
#endif
  }

  // After the providers.
  void alias(std::string_view list) {
    if (providers_.empty() && issues_.empty()) providers_.add("demo", demo_provider());
    if (auto const added = add_aliases(providers_, list); !added) wrong_alias(added.error().message);
    auto const checked = providers_.check_aliases();
    if (checked) return;
    for (auto const& each : checked.error().issues) wrong_alias('"' + each.path + "\" " + each.message);
  }

  result<provider_registry> take() {
    if (!issues_.empty()) return failure(errc::invalid_argument, "the environment is wrong", std::move(issues_));
    if (providers_.empty()) providers_.add("demo", demo_provider());
    return std::move(providers_);
  }

 private:
#ifdef SAMBUNG_WITH_PROVIDERS
  // Wrong proxies concern those who would go through them.
  void without_transport() {
    issues_.insert(issues_.end(), transport_issues_.begin(), transport_issues_.end());
    transport_issues_.clear();
  }

  std::shared_ptr<transport> transport_;
  std::vector<issue> transport_issues_;
#endif
  void wrong_alias(std::string why) { issues_.push_back({"SAMBUNG_MODEL_ALIASES", std::move(why)}); }

  provider_registry providers_;
  std::vector<issue> issues_;
};

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
  provider_collector found(env);
  auto const openai_key = env("OPENAI_API_KEY");
  auto const openai_url = env("OPENAI_BASE_URL");
  if (openai_key || openai_url)
    found.add("openai", openai_url ? "OPENAI_BASE_URL" : "OPENAI_API_KEY",
              openai_url.value_or("https://api.openai.com/v1"), openai_key.value_or(""));
  if (auto key = env("OPENROUTER_API_KEY"))
    found.add("openrouter", "OPENROUTER_API_KEY", std::string(openrouter_url), std::move(*key));
  if (auto host = env("OLLAMA_HOST")) found.add("ollama", "OLLAMA_HOST", ollama_url(std::move(*host)), {});
  if (auto const aliases = env("SAMBUNG_MODEL_ALIASES")) found.alias(*aliases);
  return found.take();
}

}  // namespace sambung
