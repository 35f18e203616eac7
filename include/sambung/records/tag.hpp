#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

using tag_id = typed_id<struct tag_tag>;
using tagging_id = typed_id<struct tagging_tag>;

// A user's own word for what belongs together. It grants nothing.
struct tag {
  tag_id id;
  user_id owner_id;
  std::string name;                   // as written, 1 to 60 bytes
  std::string folded;                 // the form that is compared: two tags of a user never read alike
  std::optional<std::string> colour;  // the application's own word for one, 1 to 32 bytes
  timestamp created_at;
  timestamp updated_at;
  std::int64_t revision = 1;
};
SAMBUNG_DESCRIBE_STRUCT(tag, (), (id, owner_id, name, folded, colour, created_at, updated_at, revision))

SAMBUNG_API record_description describe_record(record_of<tag>);

enum class tag_subject { chat };
SAMBUNG_DESCRIBE_ENUM(tag_subject, chat)

// That something has a tag.
struct tagging {
  tagging_id id;  // a hash of the tag and the subject
  sambung::tag_id tag_id;
  tag_subject subject_kind = tag_subject::chat;
  uuid subject_id;
  timestamp created_at;
};
SAMBUNG_DESCRIBE_STRUCT(tagging, (), (id, tag_id, subject_kind, subject_id, created_at))

SAMBUNG_API record_description describe_record(record_of<tagging>);

}  // namespace sambung
