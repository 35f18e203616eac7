#include <sambung/provider/registry.hpp>

#include <algorithm>

namespace sambung {
namespace {

bool valid_name(std::string_view name) {
  auto const allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

result<model_name> parse_model_name(std::string_view full) {
  auto const slash = full.find('/');
  if (slash == full.npos || slash == 0 || slash + 1 == full.size())
    return failure(errc::invalid_argument, "a model is named \"provider/model\", for example \"ollama/llama3.1:8b\"");
  return model_name{std::string(full.substr(0, slash)), std::string(full.substr(slash + 1))};
}

provider_registry& provider_registry::add(std::string name, std::shared_ptr<provider> p) {
  if (!valid_name(name))
    throw error(errc::invalid_argument, "a provider's name is made of lower-case letters, digits, '-' and '_'");
  if (!p) throw error(errc::invalid_argument, "the provider \"" + name + "\" is null");
  if (providers_.contains(name)) throw error(errc::already_exists, "there is a provider \"" + name + "\" already");
  providers_.emplace(std::move(name), std::move(p));
  return *this;
}

result<std::shared_ptr<provider>> provider_registry::find(std::string_view name) const {
  if (auto const found = providers_.find(name); found != providers_.end()) return found->second;
  std::string known;
  for (auto const& [each, p] : providers_) known += (known.empty() ? "" : ", ") + each;
  return failure(errc::not_found, "there is no such provider; there are: " + (known.empty() ? "none" : known));
}

task<std::vector<model_info>> provider_registry::models() const {
  std::vector<model_info> all;
  for (auto const& [name, p] : providers_) {
    auto offered = co_await p->models();
    if (!offered) continue;
    for (auto& model : *offered) {
      model.id = name + '/' + model.id;
      all.push_back(std::move(model));
    }
  }
  co_return all;
}

}  // namespace sambung
