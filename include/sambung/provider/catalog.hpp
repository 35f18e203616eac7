// model_catalog: what all providers of a registry offer, remembered for a while, and how they fare.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/registry.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// `unknown` until a provider was asked something.
enum class provider_state { unknown, healthy, failing };
SAMBUNG_DESCRIBE_ENUM(provider_state, unknown, healthy, failing)

// How the last call of a provider ended. Nothing of where it is and whose key it has.
struct provider_health {
  std::string name;
  provider_state state = provider_state::unknown;
  std::optional<errc> error;    // of failing
  std::string hint;             // what may mend it; empty when nothing is known
  std::optional<timestamp> at;  // when
};
SAMBUNG_DESCRIBE_STRUCT(provider_health, (), (name, state, error, hint, at))

struct catalog_options {
  catalog_options() = default;

  std::chrono::milliseconds fresh{300'000};    // a provider's models are asked for again after so long
  std::chrono::milliseconds retry{30'000};     // after a failure: so long
  std::chrono::milliseconds stale{3'600'000};  // what a provider offered before is listed for so long while it fails
  std::chrono::milliseconds patience{10'000};  // a provider that says nothing for so long has failed
  std::chrono::milliseconds checked{30'000};   // check() gives the same outcome for so long
  // Told when a provider begins to fail, or fails in another way. Called under a lock: it may log, and asks the catalog
  // nothing; what it throws is dropped.
  std::function<void(provider_health const& health, failure const& why)> observer;
};
SAMBUNG_DESCRIBE_STRUCT(catalog_options, (), (fresh, retry, stale, patience, checked))
SAMBUNG_API record_description describe_record(record_of<catalog_options>);

// Whose key a call was made with: what another's is refused for says nothing about the provider.
enum class call_payer { operators_key, another_key };

// Thread safety: safe to use from any thread. Lifetime: independent of what it was made of.
class SAMBUNG_API model_catalog {
 public:
  explicit model_catalog(provider_registry const& registry, catalog_options options = catalog_options(),
                         std::shared_ptr<clock> clock = system_clock());

  // Every provider's models, "provider/" in front, sorted by provider, then the aliases. Asks the providers beside each
  // other, once for all callers, on the executor of the one that finds them due. Only who needs a provider that never
  // answered nor failed waits for it; later ones get what is known at once, while it is asked for again. A provider
  // that fails keeps its earlier models for catalog_options::stale and hides nobody else's.
  task<std::vector<model_info>> models();

  // Whether a provider has listed the model of this name ("provider/model"; no alias), as far as is known by now:
  // nobody is asked.
  bool offers(std::string_view full_name) const;

  // Every provider of the registry, by name.
  std::vector<provider_health> health() const;

  // Asks the provider whether its account works, if that is not known from a moment ago. errc::not_found.
  task<result<provider_health>> check(std::string name);

  // Tells how a call of the provider ended. What is about the request (errc::invalid_argument, unsupported, not_found,
  // payload_too_large, cancelled and the like) does not count.
  void succeeded(std::string_view name);
  void failed(std::string_view name, failure const& why, call_payer payer = call_payer::operators_key);

 private:
  class state;
  std::shared_ptr<state> state_;
};

}  // namespace sambung
