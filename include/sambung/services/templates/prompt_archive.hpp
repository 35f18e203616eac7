// prompt_archive: prompts on their way out and in.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/records/prompt_version.hpp>

namespace sambung {

struct archived_prompt : prompt_content {
  archived_prompt() = default;

  std::string name;
  std::string description;
  std::string category;
  std::optional<std::string> command;
};
SAMBUNG_DESCRIBE_STRUCT(archived_prompt, (prompt_content), (name, description, category, command))
SAMBUNG_API record_description describe_record(record_of<archived_prompt>);

inline constexpr std::string_view prompt_archive_format = "sambung.prompts";

struct prompt_archive {
  prompt_archive() = default;

  std::string format = std::string(prompt_archive_format);
  std::int64_t version = 1;
  std::vector<archived_prompt> prompts;  // up to 1,000
};
SAMBUNG_DESCRIBE_STRUCT(prompt_archive, (), (format, version, prompts))
SAMBUNG_API record_description describe_record(record_of<prompt_archive>);

enum class import_outcome { imported, updated, unchanged, failed };
SAMBUNG_DESCRIBE_ENUM(import_outcome, imported, updated, unchanged, failed)

struct imported_prompt {
  std::string name;
  import_outcome outcome = import_outcome::failed;
  std::optional<prompt_template_id> id;
  std::optional<std::string> reason;  // of a failure: the name of an errc
  std::vector<issue> issues;
};
SAMBUNG_DESCRIBE_STRUCT(imported_prompt, (), (name, outcome, id, reason, issues))

// found is the sum of the others.
struct prompt_import {
  std::int64_t found = 0;
  std::int64_t imported = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
  std::int64_t failed = 0;
  std::vector<imported_prompt> prompts;  // in the order of the archive
};
SAMBUNG_DESCRIBE_STRUCT(prompt_import, (), (found, imported, updated, unchanged, failed, prompts))

}  // namespace sambung
