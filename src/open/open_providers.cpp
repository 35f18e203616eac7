#include <sambung/open/open_providers.hpp>

#include "open/variable_table.hpp"
#include "open/vendors.hpp"

namespace sambung {
namespace {

std::vector<std::string> take_aliases(provider_registry& providers, std::string const& list) {
  std::vector<std::string> faults;
  if (auto const added = add_aliases(providers, list); !added) faults.push_back(added.error().message);
  if (auto const checked = providers.check_aliases(); !checked)
    for (auto const& each : checked.error().issues) faults.push_back('"' + each.path + "\" " + each.message);
  return faults;
}

opening::variable_table<provider_registry> alias_table() {
  opening::variable_table<provider_registry> table;
  table.read_by("SAMBUNG_MODEL_ALIASES", "aliases, such as fast=openai/gpt-6-luna,smart=fast", "other names for models",
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
