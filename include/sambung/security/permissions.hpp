// Permissions: what a role may do. One table; every procedure names the one it needs.
#pragma once

#include <sambung/records/membership.hpp>

namespace sambung {

enum class permission {
  none,        // needs no caller at all: health
  chat_read,   // own chats, messages, running turns
  chat_write,  // create, change, delete, send
  model_use,   // list models, call them without a chat
};
BOOST_DESCRIBE_ENUM(permission, none, chat_read, chat_write, model_use)

// Whether `role` may do what needs `wanted`.
bool allows(member_role role, permission wanted) noexcept;

}  // namespace sambung
