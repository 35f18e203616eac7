// The procedures of prompts that are kept.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/listing.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

// prompt.*
SAMBUNG_API void prompt_procedures(procedure_registry& registry);

struct prompt_reference {
  prompt_template_id id;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_reference, (), (id))

struct prompt_list_input : list_input {
  std::optional<std::string> category;  // only those of it; empty: of none
};
SAMBUNG_DESCRIBE_STRUCT(prompt_list_input, (list_input), (category))
SAMBUNG_API record_description describe_record(record_of<prompt_list_input>);

struct prompt_search_input : list_input {
  std::string text;  // name and description have every word of it
};
SAMBUNG_DESCRIBE_STRUCT(prompt_search_input, (list_input), (text))
SAMBUNG_API record_description describe_record(record_of<prompt_search_input>);

// A change of the template that the client saw.
struct prompt_update_input : prompt_update {
  prompt_template_id id;
  std::int64_t revision = 0;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_update_input, (prompt_update), (id, revision))
SAMBUNG_API record_description describe_record(record_of<prompt_update_input>);

struct prompt_render_input : render_options {
  prompt_template_id id;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_render_input, (render_options), (id))

struct prompt_preview_input {
  prompt_content content;
  boost::json::object values;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_preview_input, (), (content, values))
SAMBUNG_API record_description describe_record(record_of<prompt_preview_input>);

struct version_list_input : list_input {
  prompt_template_id id;
};
SAMBUNG_DESCRIBE_STRUCT(version_list_input, (list_input), (id))

struct version_reference {
  prompt_template_id id;
  std::int64_t number = 1;
};
SAMBUNG_DESCRIBE_STRUCT(version_reference, (), (id, number))
SAMBUNG_API record_description describe_record(record_of<version_reference>);

struct version_restore_input : version_reference {
  std::int64_t revision = 0;  // of the template
};
SAMBUNG_DESCRIBE_STRUCT(version_restore_input, (version_reference), (revision))
SAMBUNG_API record_description describe_record(record_of<version_restore_input>);

struct version_diff_input {
  prompt_template_id id;
  std::int64_t before = 1;  // numbers of versions
  std::int64_t after = 1;
};
SAMBUNG_DESCRIBE_STRUCT(version_diff_input, (), (id, before, after))
SAMBUNG_API record_description describe_record(record_of<version_diff_input>);

// Of prompt.usage: a page of the versions that were sent.
using prompt_usage_input = version_list_input;

struct label_reference {
  prompt_template_id id;
  std::string name;
};
SAMBUNG_DESCRIBE_STRUCT(label_reference, (), (id, name))
SAMBUNG_API record_description describe_record(record_of<label_reference>);

struct label_set_input : label_reference {
  std::vector<prompt_arm> arms;
  std::optional<bool> protected_;
};
SAMBUNG_DESCRIBE_STRUCT(label_set_input, (label_reference), (arms, protected_))
SAMBUNG_API record_description describe_record(record_of<label_set_input>);

struct label_list_output {
  std::vector<prompt_label> items;
};
SAMBUNG_DESCRIBE_STRUCT(label_list_output, (), (items))

struct prompt_export_input {
  std::vector<prompt_template_id> ids;  // none: all of the caller's own
};
SAMBUNG_DESCRIBE_STRUCT(prompt_export_input, (), (ids))

}  // namespace sambung
