#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

using tool_grant_id = typed_id<struct tool_grant_tag>;

// A user's word that a tool may be called without asking them again. It holds for the tool as it was: with another
// description, or other parameters, they are asked.
struct tool_grant {
  tool_grant_id id;  // a hash of the user, the chat and the tool's fingerprint
  user_id owner_id;
  std::optional<sambung::chat_id> chat_id;  // none: in every chat of theirs in the tenant
  std::string tool;                         // its name
  std::string fingerprint;
  timestamp created_at;
};
SAMBUNG_DESCRIBE_STRUCT(tool_grant, (), (id, owner_id, chat_id, tool, fingerprint, created_at))

SAMBUNG_API record_description describe_record(record_of<tool_grant>);

}  // namespace sambung
