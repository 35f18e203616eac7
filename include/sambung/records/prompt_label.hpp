#pragma once

#include <sambung/core/export.hpp>
#include <sambung/records/prompt_template.hpp>

namespace sambung {

using prompt_label_id = typed_id<struct prompt_label_tag>;

// A version that a label leads to, and how often beside the others.
struct prompt_arm {
  std::int64_t version = 0;
  std::int64_t weight = 1;  // 1 to 1,000
  friend bool operator==(prompt_arm const&, prompt_arm const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_arm, (), (version, weight))
SAMBUNG_API record_description describe_record(record_of<prompt_arm>);

// The label that is meant where none is named, once it is set; and the newest version's, which is never stored.
inline constexpr std::string_view production_label = "production";
inline constexpr std::string_view latest_label = "latest";

// A name for one version of a template, or for several among which users or chats are shared out.
struct prompt_label {
  prompt_label_id id;
  prompt_template_id template_id;
  std::string name;              // 1 to 40 of [a-z0-9._-], unique in its template
  std::vector<prompt_arm> arms;  // 1 to 8
  bool protected_ = false;       // it is changed by content_manage alone
  timestamp created_at;
  timestamp updated_at;
  std::int64_t revision = 1;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_label, (), (id, template_id, name, arms, protected_, created_at, updated_at, revision))

SAMBUNG_API record_description describe_record(record_of<prompt_label>);

}  // namespace sambung
