#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

// How a user proves who they are by a password. A system record, apart from the user so that no list of users holds it.
struct password {
  sambung::user_id user_id;
  std::string hash;  // self-describing: see security/password_hash.hpp
  timestamp updated_at;
  std::int64_t revision = 1;
};
SAMBUNG_DESCRIBE_STRUCT(password, (), (user_id, hash, updated_at, revision))

SAMBUNG_API record_description describe_record(record_of<password>);

}  // namespace sambung
