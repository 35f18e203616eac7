#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

using feedback_id = typed_id<struct feedback_tag>;

// What a user thinks of an answer.
struct feedback {
  feedback_id id;
  sambung::message_id message_id;
  sambung::user_id user_id;
  std::int64_t value = 1;  // 1 or -1
  std::string reason;      // up to 1,000 bytes
  timestamp created_at;
  timestamp updated_at;
  std::int64_t revision = 1;
};
SAMBUNG_DESCRIBE_STRUCT(feedback, (), (id, message_id, user_id, value, reason, created_at, updated_at, revision))

SAMBUNG_API record_description describe_record(record_of<feedback>);

}  // namespace sambung
