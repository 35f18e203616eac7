// ensuring: finds a record of the system, or makes it. Of several who do so at once all get the one that is stored.
#pragma once

#include "services/base/audit_log.hpp"
#include "services/base/system_records.hpp"

namespace sambung {

// What `by` finds, else `made`. `by` compares a unique value that `made` has. Throws error: errc::already_exists, with
// the message `taken`, when another unique value of `made` is another record's; errc::conflict for one that is being
// erased.
template <class R>
task<R> ensure_record(engine_core const& core, query by, R made, audit_note note, char const* taken) {
  auto const records = system_records<R>(core);
  auto stored = co_await records.first(by);
  auto found = if_found(std::move(stored));
  if (!found) {
    batch b;
    b.add(insert(made));
    note_in(b, entry_of(core, std::optional<tenant_id>(), std::move(note)));
    auto const written = co_await write_system(core, std::move(b));
    if (written) co_return made;
    if (written.error().code != errc::already_exists) throw error(written.error());
    auto other = co_await records.first(std::move(by));
    found = if_found(std::move(other));
    if (!found) throw error(errc::already_exists, taken);
  }
  if (found->state == decltype(R::state)::deleting) throw error(errc::conflict, "it is being erased");
  co_return std::move(*found);
}

}  // namespace sambung
