#include <sambung/provider/registry.hpp>

#include "core/text.hpp"

#include <algorithm>

namespace sambung {
namespace {

constexpr std::size_t max_name_bytes = 64;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool valid_name(std::string_view name) {
  auto const allowed = [](char c) { return is_lower_or_digit(c) || c == '-' || c == '_'; };
  return !name.empty() && name.size() <= max_name_bytes && std::ranges::all_of(name, allowed);
}

bool valid_alias(std::string_view name) {
  auto const allowed = [](char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= max_name_bytes && std::ranges::all_of(name, allowed);
}

struct split_name {
  std::string_view provider;
  std::string_view model;
};

result<split_name> split(std::string_view full) {
  auto const slash = full.find('/');
  if (slash == full.npos || slash == 0 || slash + 1 == full.size())
    return failure(errc::invalid_argument, "a model is named \"provider/model\", for example \"ollama/llama3.1:8b\"");
  return split_name{full.substr(0, slash), full.substr(slash + 1)};
}

task<std::vector<model_info>> list_models(provider_registry all) {
  std::vector<model_info> models;
  for (auto const& [name, p] : all.providers()) {
    auto offered = co_await p->models();
    if (!offered) continue;
    auto named = with_full_names(name, std::move(*offered));
    std::ranges::move(named, std::back_inserter(models));
  }
  auto others = aliases_as_models(all);
  std::ranges::move(others, std::back_inserter(models));
  co_return models;
}

}  // namespace

result<model_name> parse_model_name(std::string_view full) {
  auto const parts = split(full);
  if (!parts) return parts.error();
  return model_name{std::string(parts->provider), std::string(parts->model)};
}

provider_registry& provider_registry::add(std::string name, std::shared_ptr<provider> p) {
  if (!valid_name(name))
    throw error(errc::invalid_argument, "a provider's name is made of lower-case letters, digits, '-' and '_'");
  if (!p) throw error(errc::invalid_argument, "the provider \"" + name + "\" is null");
  if (providers_.contains(name)) throw error(errc::already_exists, "there is a provider \"" + name + "\" already");
  providers_.emplace(std::move(name), std::move(p));
  return *this;
}

provider_registry& provider_registry::alias(std::string name, std::string target) {
  if (!valid_alias(name))
    throw error(errc::invalid_argument, "an alias is made of letters, digits, '-', '_' and '.', without a slash");
  if (!valid_alias(target) && !split(target))
    throw error(errc::invalid_argument, "the alias \"" + name + "\" stands for neither a model nor an alias");
  if (aliases_.contains(name)) throw error(errc::already_exists, "there is an alias \"" + name + "\" already");
  if (without_alias(target) == name)
    throw error(errc::invalid_argument, "the alias \"" + name + "\" leads back to itself");
  aliases_.emplace(std::move(name), std::move(target));
  return *this;
}

provider_registry& provider_registry::alias(std::string name, std::string target, std::shared_ptr<provider> by) {
  if (!by) throw error(errc::invalid_argument, "the provider of the alias \"" + name + "\" is null");
  alias(name, std::move(target));
  answered_by_.emplace(std::move(name), std::move(by));
  return *this;
}

// Ends: alias() lets no loop come into being.
std::string_view provider_registry::without_alias(std::string_view name) const {
  for (auto found = aliases_.find(name); found != aliases_.end(); found = aliases_.find(name)) name = found->second;
  return name;
}

result<std::shared_ptr<provider>> provider_registry::find(std::string_view name) const {
  if (auto const found = providers_.find(name); found != providers_.end()) return found->second;
  std::string known;
  for (auto const& [each, p] : providers_) known += (known.empty() ? "" : ", ") + each;
  return failure(errc::not_found, "there is no such provider; there are: " + (known.empty() ? "none" : known));
}

result<found_model> provider_registry::find_model(std::string_view name) const {
  auto const full = without_alias(name);
  auto const parts = split(full);
  if (!parts) return parts.error();
  if (auto other = answered_by(name)) return found_model{std::move(other), full, parts->provider, parts->model};
  auto found = find(parts->provider);
  if (!found) return found.error();
  return found_model{std::move(*found), full, parts->provider, parts->model};
}

// Who the first alias on the way says; null: none does.
std::shared_ptr<provider> provider_registry::answered_by(std::string_view name) const {
  for (auto at = aliases_.find(name); at != aliases_.end(); at = aliases_.find(at->second))
    if (auto const found = answered_by_.find(at->first); found != answered_by_.end()) return found->second;
  return nullptr;
}

result<void> provider_registry::check_aliases() const {
  std::vector<issue> issues;
  for (auto const& [name, target] : aliases_)
    if (auto const found = find_model(name); !found)
      issues.push_back({name, "leads to no model: " + found.error().message});
  if (issues.empty()) return {};
  return failure(errc::invalid_argument, "an alias leads to no model", std::move(issues));
}

task<std::vector<model_info>> provider_registry::models() const { return list_models(*this); }

std::vector<model_info> with_full_names(std::string_view name, std::vector<model_info> models) {
  for (auto& model : models) model.id.insert(0, std::string(name) + '/');
  return models;
}

std::vector<model_info> aliases_as_models(provider_registry const& all) {
  std::vector<model_info> models;
  for (auto const& [name, target] : all.aliases()) {
    auto const found = all.find_model(name);
    if (!found) continue;
    model_info model;
    model.id = name;
    model.owned_by = found->provider_name;
    models.push_back(std::move(model));
  }
  return models;
}

result<void> add_aliases(provider_registry& to, std::string_view list) {
  while (!list.empty()) {
    auto const entry = trim(list.substr(0, list.find(',')), " ");
    list.remove_prefix(std::min(list.find(','), list.size() - 1) + 1);
    if (entry.empty()) continue;
    auto const equals = entry.find('=');
    auto const wrong = [&](std::string const& why) {
      return failure(errc::invalid_argument, '"' + std::string(entry) + "\": " + why);
    };
    if (equals == entry.npos) return wrong("must be like fast=openai/gpt-4o-mini");
    try {
      to.alias(std::string(trim(entry.substr(0, equals), " ")), std::string(trim(entry.substr(equals + 1), " ")));
    } catch (error const& e) {
      return wrong(e.what());
    }
  }
  return {};
}

}  // namespace sambung
