// Where a chat's tree branches: what a client needs to offer alternatives without reading them.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/id.hpp>
#include <sambung/records/message.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace sambung {

// How many messages are looked at for one answer of chats::branches().
inline constexpr std::size_t max_branch_messages = 2'000;

// The messages with one parent, oldest first; two at least.
struct message_branch {
  std::optional<message_id> parent_id;  // none: they are roots
  std::vector<message_id> message_ids;
};
SAMBUNG_DESCRIBE_STRUCT(message_branch, (), (parent_id, message_ids))

struct message_branches {
  std::vector<message_branch> items;  // by depth, and those of one depth by their oldest message
  bool more = false;  // there were over max_branch_messages messages: those that come last were not looked at
};
SAMBUNG_DESCRIBE_STRUCT(message_branches, (), (items, more))

}  // namespace sambung
