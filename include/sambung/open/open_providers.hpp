// Providers from the environment: those of the vendors whose usual variables are set.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/open/environment.hpp>
#include <sambung/provider/registry.hpp>

#include <vector>

namespace sambung {

// For each of compatible_vendors() the variables of its key and of its base URL; ANTHROPIC_API_KEY and
// ANTHROPIC_BASE_URL for "anthropic", OLLAMA_HOST for "ollama" (its own API). SAMBUNG_PROVIDERS names more of them,
// separated by commas: a vendor of these without a key is called with keys of the vault alone, and without one a call
// is errc::unauthenticated and not sent; a local server is looked for where it usually listens; "all" is every one.
// None set: "demo". They
// go through the proxies that the environment names (provider/proxy.hpp), and share one transport. With
// SAMBUNG_ENV=production what is reached by http on another machine has key_need::refused.
// errc::invalid_argument lists every variable that is wrong.
SAMBUNG_API result<provider_registry> providers_from(environment const& env);

// Every variable that providers_from() reads.
SAMBUNG_API std::vector<environment_variable> provider_variables();

}  // namespace sambung
