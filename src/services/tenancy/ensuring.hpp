// ensuring: finds a record of an application's directory, or makes it. Of several who do so at once all get the one
// that is stored.
#pragma once

#include <sambung/core/json_codec.hpp>

#include "core/demand_id.hpp"
#include "services/base/audit_log.hpp"
#include "services/base/system_records.hpp"

namespace sambung {

// A record that may have to be made, and what is said of it. Its id is noted as the subject.
template <class R>
struct record_draft {
  R made;
  audit_note note;
  char const* taken;  // why it cannot be made when it is another record's in part
};

// Throws error(errc::invalid_argument) for a name that may not be one.
template <class R>
using drafting = record_draft<R> (*)(engine_core& core, std::string name);

// The record whose `unique` member is `wanted`, else a draft with it. Throws error: errc::already_exists when another
// unique value of the draft is another record's; errc::conflict for one that is being erased.
template <class R, class M>
task<R> ensure_record(core_ptr core, drafting<R> draft_of, M R::* unique, M wanted, std::string name) {
  auto draft = draft_of(*core, std::move(name));
  auto& made = draft.made;
  made.*unique = std::move(wanted);
  validate(made).value();
  demand_id(made.id.value, "id");
  draft.note.subject = to_string(made.id);
  auto const records = system_records<R>(*core);
  auto by = records.where(unique, made.*unique);
  auto stored = co_await records.first(by);
  auto found = if_found(std::move(stored));
  if (!found) {
    batch b;
    b.add(insert(made));
    note_in(b, entry_of(*core, std::optional<tenant_id>(), std::move(draft.note)));
    auto const written = co_await write_system(*core, std::move(b));
    if (written) co_return std::move(made);
    if (written.error().code != errc::already_exists) throw error(written.error());
    auto other = co_await records.first(std::move(by));
    found = if_found(std::move(other));
    if (!found) throw error(errc::already_exists, draft.taken);
  }
  if (found->state == decltype(R::state)::deleting) throw error(errc::conflict, "it is being erased");
  co_return std::move(*found);
}

// Throws error(errc::not_found).
template <class R>
task<R> find_external_record(core_ptr core, std::string external_id) {
  auto const records = system_records<R>(*core);
  auto by = records.where(&R::external_id, std::move(external_id));
  result<R> found = co_await records.first(std::move(by));
  co_return std::move(found).value();
}

}  // namespace sambung
