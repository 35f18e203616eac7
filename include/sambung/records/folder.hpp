#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

using folder_id = typed_id<struct folder_tag>;

// What a folder is for.
enum class folder_kind { chat };
SAMBUNG_DESCRIBE_ENUM(folder_kind, chat)

// A place in which a user keeps what belongs together, in another or at the top. It grants nothing.
struct folder {
  folder_id id;
  user_id owner_id;
  folder_kind kind = folder_kind::chat;
  folder_id parent_id;        // nil: at the top
  std::string name;           // 1 to 400 bytes; unlike that of any other in the same place
  std::int64_t position = 0;  // among those in the same place; of equal ones the older one comes first
  timestamp created_at;
  timestamp updated_at;
  std::int64_t revision = 1;
};
SAMBUNG_DESCRIBE_STRUCT(folder, (), (id, owner_id, kind, parent_id, name, position, created_at, updated_at, revision))

SAMBUNG_API record_description describe_record(record_of<folder>);

}  // namespace sambung
