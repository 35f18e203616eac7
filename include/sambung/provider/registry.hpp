// provider_registry: which provider answers for "provider/model".
#pragma once

#include <sambung/provider/provider.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace sambung {

// A model's full name in two: everything after the first slash belongs to the provider.
struct model_name {
  std::string provider;  // "ollama"
  std::string model;     // "llama3.1:8b"
};

// errc::invalid_argument without a slash or with nothing on one of its sides.
result<model_name> parse_model_name(std::string_view full);

// A set of named providers, fixed once the engine runs.
class provider_registry {
 public:
  // `name` is what stands before the slash: lower-case letters, digits, '-' and '_'. Throws
  // error(errc::already_exists), error(errc::invalid_argument).
  provider_registry& add(std::string name, std::shared_ptr<provider> p);

  // errc::not_found names the providers there are.
  result<std::shared_ptr<provider>> find(std::string_view name) const;

  // Every provider's models, "provider/" in front, sorted by provider; those of a provider that cannot answer now are
  // left out.
  task<std::vector<model_info>> models() const;

  bool empty() const { return providers_.empty(); }

 private:
  std::map<std::string, std::shared_ptr<provider>, std::less<>> providers_;
};

}  // namespace sambung
