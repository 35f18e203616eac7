// user.*: what the caller may do about themselves, whatever tenant they are in.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/auth.hpp>
#include <sambung/rpc/procedures/listing.hpp>

namespace sambung {

// user.getProfile, user.updateSettings, user.changePassword, user.listSessions, user.revokeSession,
// user.revokeOtherSessions, user.exportData, user.deleteAccount.
SAMBUNG_API void user_procedures(procedure_registry& registry);

struct password_change_input {
  std::string current_password;
  std::string new_password;
};
SAMBUNG_DESCRIBE_STRUCT(password_change_input, (), (current_password, new_password))
SAMBUNG_API record_description describe_record(record_of<password_change_input>);

struct session_reference {
  session_id id;
};
SAMBUNG_DESCRIBE_STRUCT(session_reference, (), (id))

struct account_deletion_input {
  std::string password;
};
SAMBUNG_DESCRIBE_STRUCT(account_deletion_input, (), (password))
SAMBUNG_API record_description describe_record(record_of<account_deletion_input>);

}  // namespace sambung
