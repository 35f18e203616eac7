// claim: of several batches that were made from the same look at a list one succeeds; the others look again. So a list
// that may hold only so much holds no more, on however many engines it is added to.
#pragma once

#include "services/base/system_records.hpp"

namespace sambung {

// For a batch that adds to what `id` names; asked for before the list is looked at. Epoch: security_epoch in the
// system's rows, list_epoch in a tenant's.
template <class Epoch>
task<change> claim_of(engine_core const& core, scope where, std::string id) {
  auto stored = co_await core.records<Epoch>(where).get(id);
  auto const earlier = if_found(std::move(stored));
  if (earlier) co_return update<Epoch>(id).set(&Epoch::count, earlier->count + 1).when(&Epoch::count, earlier->count);
  Epoch first;
  first.id = std::move(id);
  first.count = 1;
  co_return insert(first);
}

// Whether a batch with a claim lost it, or another row that it relied on: looking again tells.
inline bool is_worth_another_look(failure const& why) { return was_overtaken(why) || why.code == errc::already_exists; }

}  // namespace sambung
