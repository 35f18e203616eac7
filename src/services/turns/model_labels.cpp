#include "services/turns/model_labels.hpp"

#include "services/accounting/accounting_state.hpp"
#include "services/base/engine_core.hpp"
#include "services/turns/turns_state.hpp"

namespace sambung {
namespace {

bool is_of_closed_set(engine_core const& core, std::string_view full_name) {
  if (core.turns->catalog->offers(full_name)) return true;
  auto const* price = core.accounting->prices.find(full_name, core.clock->now());
  return price && price->model == full_name;
}

}  // namespace

std::string model_labels::of(engine_core const& core, std::string_view full_name) {
  auto const own = std::string(full_name.substr(full_name.find('/') + 1));
  {
    std::lock_guard const lock(mutex_);
    if (known_.contains(full_name)) return own;
    if (known_.size() >= max_models) return std::string(other);
  }
  if (!is_of_closed_set(core, full_name)) return std::string(other);
  std::lock_guard const lock(mutex_);
  if (known_.size() < max_models) known_.emplace(full_name);
  return known_.contains(full_name) ? own : std::string(other);
}

}  // namespace sambung
