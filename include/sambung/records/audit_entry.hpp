#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

// One change of identity, membership, keys or settings: who, what, when, from where; never a secret. Entries are never
// changed. A system record, written in the same batch as the change wherever that is one of system records too.
struct audit_entry {
  audit_entry_id id;
  std::optional<sambung::tenant_id> tenant_id;  // where; empty for what concerns a user alone
  std::optional<user_id> actor_id;              // who; empty for the operator and the system
  std::string action;                           // "member.setRole": as procedures are named
  std::string subject;                          // what it was done to: an id; may be empty
  std::string detail;                           // a few words, such as "member -> admin"; may be empty
  std::string authenticated_by;                 // "session", "jwt", "api_token", "trusted"
  std::string address;                          // of the client; empty when the call came from within the process
  timestamp created_at;
};
SAMBUNG_DESCRIBE_STRUCT(audit_entry, (),
                        (id, tenant_id, actor_id, action, subject, detail, authenticated_by, address, created_at))

SAMBUNG_API record_description describe_record(record_of<audit_entry>);

}  // namespace sambung
