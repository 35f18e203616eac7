// The procedures of folders, and of where chats are in lists.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/listing.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

// folder.getAll, create, rename, move, delete; chat.togglePin, updateFolder, archive, getChatsByFolder
SAMBUNG_API void folder_procedures(procedure_registry& registry);

struct folder_create_input {
  std::string name;
  std::optional<folder_id> parent_id;  // none, or nil: at the top
};
SAMBUNG_DESCRIBE_STRUCT(folder_create_input, (), (name, parent_id))
SAMBUNG_API record_description describe_record(record_of<folder_create_input>);

struct folder_reference {
  folder_id id;
};
SAMBUNG_DESCRIBE_STRUCT(folder_reference, (), (id))

// Of the folder that the client saw.
struct folder_rename_input : folder_reference {
  std::string name;
  std::int64_t revision = 0;
};
SAMBUNG_DESCRIBE_STRUCT(folder_rename_input, (folder_reference), (name, revision))
SAMBUNG_API record_description describe_record(record_of<folder_rename_input>);

struct folder_move_input : folder_reference {
  std::optional<folder_id> parent_id;    // none, or nil: to the top
  std::optional<std::int64_t> position;  // none: behind the others there
};
SAMBUNG_DESCRIBE_STRUCT(folder_move_input, (folder_reference), (parent_id, position))
SAMBUNG_API record_description describe_record(record_of<folder_move_input>);

struct chat_pin_input {
  chat_id id;
  std::optional<bool> pinned;  // none: what it is not
};
SAMBUNG_DESCRIBE_STRUCT(chat_pin_input, (), (id, pinned))

struct chat_archive_input {
  chat_id id;
  bool archived = true;
};
SAMBUNG_DESCRIBE_STRUCT(chat_archive_input, (), (id, archived))
SAMBUNG_API record_description describe_record(record_of<chat_archive_input>);

struct chat_folder_input {
  chat_id id;
  std::optional<sambung::folder_id> folder_id;  // none, or nil: out of any
};
SAMBUNG_DESCRIBE_STRUCT(chat_folder_input, (), (id, folder_id))

struct folder_chats_input : list_input {
  std::optional<sambung::folder_id> folder_id;  // none, or nil: those in no folder
  bool archived = false;                        // those that are put away; otherwise only the others
};
SAMBUNG_DESCRIBE_STRUCT(folder_chats_input, (list_input), (folder_id, archived))
SAMBUNG_API record_description describe_record(record_of<folder_chats_input>);

}  // namespace sambung
