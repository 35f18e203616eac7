// Opening things by name: storage by URL, providers from the environment. The top of the library: it knows every
// adapter that was built in.
#pragma once

#include <sambung/provider/registry.hpp>
#include <sambung/storage/storage.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sambung {

// "memory:", "sqlite:PATH", "postgresql://...". A SQLite path may also be spelt as SQLAlchemy does:
// "sqlite:///relative.db", "sqlite:////absolute.db". `migrator_url` is PostgreSQL's, see postgres.hpp.
// errc::invalid_argument for another scheme, errc::unsupported for one that was not built in, and what the adapter
// says: see sqlite.hpp, postgres.hpp.
result<std::shared_ptr<storage>> open_storage(std::string_view url, std::string_view migrator_url = {});

// Whether the URL is of a database that several processes work on at once: PostgreSQL.
bool is_shared_database(std::string_view url);

// The same database as it is at the first read, for copies and backups while it is in use; read only. Memory has none.
result<std::shared_ptr<storage>> open_snapshot(std::string_view url);

// Looks up one environment variable. Empty and unset are the same: none.
using environment = std::function<std::optional<std::string>(std::string const& name)>;
environment process_environment();

// The providers whose vendors' usual variables are set: for each of compatible_vendors() the variables of its key and
// of its base URL; ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL for "anthropic", OLLAMA_HOST for "ollama" (its own API).
// SAMBUNG_PROVIDERS names more of them, separated by commas: a vendor of these without a key is called with keys of the
// vault alone, and without one a call is errc::unauthenticated and not sent; a local server is looked for where it
// usually listens. OPENROUTER_REFERER and OPENROUTER_TITLE tell OpenRouter which application calls. None set: "demo".
// They go through the proxies that the environment names: provider/proxy.hpp, and share one transport, which opens at
// most SAMBUNG_UPSTREAM_CONNECTIONS (1 to 65535; 512) to one host at once. SAMBUNG_MODEL_ALIASES adds aliases:
// "fast=openai/gpt-4o-mini,smart=...". errc::invalid_argument lists every variable that is wrong.
result<provider_registry> providers_from(environment const& env);

}  // namespace sambung
