#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

namespace sambung {

using prompt_template_id = typed_id<struct prompt_template_tag>;
using project_id = typed_id<struct project_tag>;

// Who may read it: its owner alone, or every member of the tenant. It is changed by its owner and by content_manage.
enum class visibility { private_, tenant };

namespace detail {
template <visibility V>
struct visibility_entry {
  static constexpr visibility value = V;
  static constexpr char const* name = V == visibility::tenant ? "tenant" : "private";
};
}  // namespace detail

// By hand, as BOOST_DESCRIBE_ENUM would call it "private_".
inline auto boost_enum_descriptor_fn(visibility**) {
  return boost::mp11::mp_list<detail::visibility_entry<visibility::private_>,
                              detail::visibility_entry<visibility::tenant>>();
}

// Whether a project offers it, or puts it into each of its chats.
enum class prompt_application { offered, always };
SAMBUNG_DESCRIBE_ENUM(prompt_application, offered, always)

// A prompt that is kept: what it is called. What it says is in its versions.
struct prompt_template {
  prompt_template_id id;
  user_id owner_id;
  std::string name;                    // 1 to 400 bytes, unique among its owner's
  std::string description;             // up to 1,000 bytes
  std::string category;                // up to 60 bytes; empty: none
  std::optional<std::string> command;  // 1 to 40 of [a-z0-9-], unique among its owner's: what it is called by in a chat
  sambung::visibility visibility = visibility::private_;
  std::optional<sambung::project_id> project_id;
  prompt_application applied = prompt_application::offered;
  std::int64_t position = 0;  // in its project
  std::int64_t latest = 0;    // the number of its newest version
  timestamp created_at;
  timestamp updated_at;
  std::int64_t revision = 1;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_template, (),
                        (id, owner_id, name, description, category, command, visibility, project_id, applied, position,
                         latest, created_at, updated_at, revision))

SAMBUNG_API record_description describe_record(record_of<prompt_template>);

}  // namespace sambung
