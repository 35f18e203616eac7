// provider_registry: which provider answers for "provider/model", and other names for models.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/provider/provider.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// A model's full name in two: everything after the first slash belongs to the provider.
struct model_name {
  std::string provider;  // "ollama"
  std::string model;     // "llama3.1:8b"
};

// errc::invalid_argument without a slash or with nothing on one of its sides.
SAMBUNG_API result<model_name> parse_model_name(std::string_view full);

// Who answers for a name. The views live as long as the name that was asked for and the registry.
struct found_model {
  std::shared_ptr<sambung::provider> provider;  // whoever the alias says, else the one of that name
  std::string_view full_name;                   // "openai/gpt-4o-mini", not an alias
  std::string_view provider_name;               // "openai"
  std::string_view model;                       // "gpt-4o-mini"
};

// A set of named providers and aliases, fixed once the engine runs. Finding allocates no memory.
class SAMBUNG_API provider_registry {
 public:
  // `name` is what stands before the slash: lower-case letters, digits, '-' and '_'. Throws
  // error(errc::already_exists), error(errc::invalid_argument).
  provider_registry& add(std::string name, std::shared_ptr<provider> p);

  // Another name for a model: letters, digits, '-', '_' and '.', no slash, up to 64 bytes. `target` is "provider/model"
  // or another alias; either may be added later. Chats keep the alias, so that it may be pointed elsewhere; messages
  // and usage name the model. Throws error(errc::already_exists), error(errc::invalid_argument) for what is no name and
  // for a target that leads back.
  provider_registry& alias(std::string name, std::string target);

  // The same, where `by` answers in the place of the target's provider, such as fallback_alias() makes it. Throws
  // error(errc::invalid_argument) for null, too.
  provider_registry& alias(std::string name, std::string target, std::shared_ptr<provider> by);

  // errc::not_found names the providers there are.
  result<std::shared_ptr<provider>> find(std::string_view name) const;

  // `name` is "provider/model" or an alias. errc::invalid_argument for what is neither; errc::not_found.
  result<found_model> find_model(std::string_view name) const;

  // Whether every alias leads to a provider that is there; errc::invalid_argument with an issue for each that does not.
  result<void> check_aliases() const;

  // Every provider's models, "provider/" in front, sorted by provider, then the aliases; those of a provider that
  // cannot answer now are left out. Asks all of them, one after the other: see model_catalog.
  task<std::vector<model_info>> models() const;

  bool empty() const { return providers_.empty(); }
  auto const& providers() const { return providers_; }
  auto const& aliases() const { return aliases_; }

 private:
  std::string_view without_alias(std::string_view name) const;
  std::shared_ptr<provider> answered_by(std::string_view name) const;

  std::map<std::string, std::shared_ptr<provider>, std::less<>> providers_;
  std::map<std::string, std::string, std::less<>> aliases_;
  std::map<std::string, std::shared_ptr<provider>, std::less<>> answered_by_;  // by the alias
};

// `models` of the provider `name` as the whole registry lists them.
SAMBUNG_API std::vector<model_info> with_full_names(std::string_view name, std::vector<model_info> models);

// The aliases of `all` whose target is a provider's, as models owned by it.
SAMBUNG_API std::vector<model_info> aliases_as_models(provider_registry const& all);

// Adds the aliases of "fast=openai/gpt-4o-mini,smart=openai/gpt-4o". errc::invalid_argument, naming the entry, for one
// that is none or that add does not take; those before it are added.
SAMBUNG_API result<void> add_aliases(provider_registry& to, std::string_view list);

}  // namespace sambung
