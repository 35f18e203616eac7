// Records that belong to no tenant, as the services read them.
#pragma once

#include "services/engine_core.hpp"
#include "storage/scope_access.hpp"

#include <optional>

namespace sambung {

template <class R>
collection<R> system_records(engine_core const& core) {
  return core.records<R>(scope_access::system());
}

// Empty for errc::not_found; throws every other error.
template <class R>
std::optional<R> if_found(result<R> outcome) {
  if (outcome) return std::move(*outcome);
  if (outcome.error().code != errc::not_found) throw error(outcome.error());
  return std::nullopt;
}

// Whether a condition of a batch did not hold: what it was made from has changed, or is gone.
inline bool is_overtaken(failure const& why) { return why.code == errc::conflict || why.code == errc::not_found; }

}  // namespace sambung
