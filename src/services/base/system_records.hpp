// system_records: the way to the rows that belong to no tenant: tenants, users, members, sessions, the audit log.
#pragma once

#include "services/base/access.hpp"
#include "services/base/engine_core.hpp"

namespace sambung {

// How often a change is tried again when others change the same rows in between.
inline constexpr int max_attempts = 32;

template <class R>
collection<R> system_records(engine_core const& core) {
  return core.records<R>(system_rows());
}

// Empty for errc::not_found; throws every other error.
template <class R>
std::optional<R> if_found(result<R> outcome) {
  if (outcome) return std::move(*outcome);
  if (outcome.error().code != errc::not_found) throw error(outcome.error());
  return std::nullopt;
}

task<result<receipt>> write_system(engine_core const& core, batch b);

// For a batch that takes an authority away: counts it, and forgets what was remembered here whatever storage answers.
task<result<receipt>> write_revoking(engine_core& core, batch b);

// Whether a batch was refused because a row that it relied on has changed or gone.
bool was_overtaken(failure const& why);

}  // namespace sambung
