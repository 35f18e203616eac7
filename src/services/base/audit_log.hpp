// audit_log: how the services note what they change.
#pragma once

#include <sambung/records/audit_entry.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/storage/batch.hpp>

#include <optional>
#include <string>

namespace sambung {

class engine_core;

// What is noted of one change.
struct audit_note {
  audit_note(std::string action_, std::string subject_, std::string detail_ = {})
      : action(std::move(action_)), subject(std::move(subject_)), detail(std::move(detail_)) {}

  std::string action;   // "member.setRole"
  std::string subject;  // an id
  std::string detail;   // never a secret; cut to what fits
};

// The entry of a change by a user in a tenant, by a signed-in user, and by the operator.
audit_entry entry_of(engine_core const& core, principal const& who, audit_note note);
audit_entry entry_of(engine_core const& core, identity const& who, audit_note note);
audit_entry entry_of(engine_core const& core, std::optional<tenant_id> where, audit_note note);

// Adds an entry to the batch that makes the change.
void note_in(batch& b, audit_entry const& entry);

}  // namespace sambung
