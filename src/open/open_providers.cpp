#include <sambung/open/open_providers.hpp>

#include "core/text.hpp"
#include "open/variable_table.hpp"
#include "open/vendors.hpp"

#include <sambung/provider/decorators/fallback.hpp>

#include <algorithm>

namespace sambung {
namespace {

constexpr char between_models = '+';

std::vector<std::string> targets_in(std::string_view list) {
  std::vector<std::string> targets;
  for (;;) {
    auto const end = std::min(list.find(between_models), list.size());
    targets.emplace_back(trim(list.substr(0, end), " "));
    if (end == list.size()) return targets;
    list.remove_prefix(end + 1);
  }
}

result<void> add_alias(provider_registry& providers, std::string_view entry) {
  if (entry.find(between_models) == entry.npos) return add_aliases(providers, entry);
  auto const equals = std::min(entry.find('='), entry.size());
  try {
    fallback_alias(providers, std::string(trim(entry.substr(0, equals), " ")),
                   targets_in(entry.substr(std::min(equals + 1, entry.size()))));
  } catch (error const& e) {
    return failure(errc::invalid_argument, '"' + std::string(entry) + "\": " + e.what());
  }
  return {};
}

std::vector<std::string> take_aliases(provider_registry& providers, std::string const& list) {
  std::vector<std::string> faults;
  for (auto const& entry : opening::items_of(list))
    if (auto const added = add_alias(providers, entry); !added) {
      faults.push_back(added.error().message);
      break;
    }
  if (auto const checked = providers.check_aliases(); !checked)
    for (auto const& each : checked.error().issues) faults.push_back('"' + each.path + "\" " + each.message);
  return faults;
}

opening::variable_table<provider_registry> alias_table() {
  opening::variable_table<provider_registry> table;
  table.read_by("SAMBUNG_MODEL_ALIASES", "aliases, such as fast=openai/gpt-6-luna,smart=fast",
                "other names for models; one for several, as in smart=openai/gpt-6-sol+anthropic/claude-opus-5, asks "
                "each when the one before it cannot answer",
                take_aliases);
  return table;
}

}  // namespace

result<provider_registry> providers_from(environment const& env) {
  auto found = opening::vendors_from(env);
  if (!found) return found;
  std::vector<issue> issues;
  alias_table().read(env, *found, issues);
  if (issues.empty()) return found;
  return failure(errc::invalid_argument, "the environment is wrong", std::move(issues));
}

std::vector<environment_variable> provider_variables() {
  auto all = opening::vendor_variables();
  alias_table().describe(all);
  return all;
}

}  // namespace sambung
