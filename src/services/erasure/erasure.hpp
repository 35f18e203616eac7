// Erasing a tenant or a user for good: in bounded batches, resumable at any point, and with a proof at the end.
//
// First the state becomes deleting and the authority is revoked, in one batch; then the rows go, children before
// parents, as the descriptions of the tables say whose they are; then every table is read again; then the row itself
// goes. Whoever still holds a workspace from before may write while that runs: so erasing and reading again are
// repeated a few times, and only then are rows that are left errc::data_loss. What such a workspace writes later still
// is in a tenant that nobody can enter.
#pragma once

#include <sambung/services/erasure/erasure.hpp>

#include "services/base/audit_log.hpp"
#include "services/base/engine_core.hpp"

namespace sambung {

// How often rows that others wrote meanwhile are erased again.
inline constexpr int erasure_passes = 5;

task<erasure_report> erase_tenant(engine_core& core, tenant_id id, audit_entry entry);

// A page that tells what else has to go: an erasure that passed over a damaged row would not be one. Throws
// error(errc::data_loss).
template <class R>
page<R> undamaged(result<page<R>> found) {
  if (found && found->damaged > 0) throw error(errc::data_loss, "a row that an erasure goes by is damaged");
  return std::move(found).value();
}

// Visits every tenant, since a user's chats stay where they are no member any more: a few reads for each.
task<erasure_report> erase_user(engine_core& core, user_id id, audit_entry entry);

// Takes up every erasure that was cut off. One that cannot be finished stays for the next start.
task<void> finish_erasures(engine_core& core);

}  // namespace sambung
