#pragma once

#include <sambung/core/record.hpp>

namespace sambung {

// A person, known to the whole system; what they may do is said by their memberships.
struct user {
  user_id id;
  std::string email;  // unique; compared as given, in lower case
  timestamp created_at;
  std::int64_t revision = 1;
};
BOOST_DESCRIBE_STRUCT(user, (), (id, email, created_at, revision))

record_description describe_record(record_of<user>);

}  // namespace sambung
