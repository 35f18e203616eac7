// The procedures of tags: a user's own words for what belongs together.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/listing.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

// tag.getAll, create, rename, merge, delete, set, getBySubject, getSubjects
SAMBUNG_API void tag_procedures(procedure_registry& registry);

struct tag_create_input {
  std::string name;
  std::optional<std::string> colour;
};
SAMBUNG_DESCRIBE_STRUCT(tag_create_input, (), (name, colour))
SAMBUNG_API record_description describe_record(record_of<tag_create_input>);

struct tag_reference {
  tag_id id;
};
SAMBUNG_DESCRIBE_STRUCT(tag_reference, (), (id))

// Of the tag that the client saw.
struct tag_rename_input : tag_reference {
  std::string name;
  std::int64_t revision = 0;
};
SAMBUNG_DESCRIBE_STRUCT(tag_rename_input, (tag_reference), (name, revision))
SAMBUNG_API record_description describe_record(record_of<tag_rename_input>);

// What has this tag has `into` afterwards.
struct tag_merge_input : tag_reference {
  tag_id into;
};
SAMBUNG_DESCRIBE_STRUCT(tag_merge_input, (tag_reference), (into))

struct tagged_chat {
  sambung::chat_id chat_id;
};
SAMBUNG_DESCRIBE_STRUCT(tagged_chat, (), (chat_id))

struct tag_set_input : tagged_chat {
  std::vector<std::string> names;  // all that it has afterwards
};
SAMBUNG_DESCRIBE_STRUCT(tag_set_input, (tagged_chat), (names))
SAMBUNG_API record_description describe_record(record_of<tag_set_input>);

struct tag_list_output {
  std::vector<tag> items;
};
SAMBUNG_DESCRIBE_STRUCT(tag_list_output, (), (items))

struct tagged_list_input : list_input {
  tag_id id;
};
SAMBUNG_DESCRIBE_STRUCT(tagged_list_input, (list_input), (id))

}  // namespace sambung
