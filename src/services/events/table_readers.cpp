#include "services/events/table_readers.hpp"

#include <algorithm>
#include <iterator>

namespace sambung {
namespace {

// What the procedures ask for that show such rows; one of the two will do.
struct table_reading {
  std::string_view table;
  permission by;
  permission or_by = by;
};

constexpr table_reading readings[] = {
    {"active_turns", permission::chat_read},
    {"api_tokens", permission::token_own},
    {"chat_setups", permission::chat_read},
    {"chats", permission::chat_read},
    {"feedbacks", permission::chat_read},
    {"folders", permission::chat_read},
    {"invitations", permission::member_manage},
    {"memberships", permission::tenant_read},
    {"messages", permission::chat_read},
    {"prompt_labels", permission::content_read},
    {"prompt_templates", permission::content_read},
    {"prompt_versions", permission::content_read},
    {"provider_keys", permission::key_own, permission::key_tenant},
    {"quotas", permission::usage_own, permission::usage_tenant},
    {"sessions", permission::account},
    {"taggings", permission::chat_read},
    {"tags", permission::chat_read},
    {"tenants", permission::tenant_read, permission::account},
    {"tool_decisions", permission::chat_read},
    {"tool_grants", permission::chat_read},
    {"users", permission::account},
};

}  // namespace

bool may_hear_of(std::string_view table, principal const& who) {
  auto const found = std::ranges::find(readings, table, &table_reading::table);
  return found == std::end(readings) || who.may(found->by) || who.may(found->or_by);
}

}  // namespace sambung
