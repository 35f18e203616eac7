// chat_access: one caller's way to chats. Everything read through it is the caller's own.
#pragma once

#include <sambung/records/chat.hpp>
#include <sambung/records/message.hpp>
#include <sambung/security/permissions.hpp>
#include <sambung/security/principal.hpp>

#include "services/base/engine_core.hpp"

#include <utility>

namespace sambung {

// What a foreign and a missing row alike are answered with.
[[noreturn]] void throw_not_found();

// Lifetime: `core` must outlive it.
class chat_access {
 public:
  chat_access(engine_core& core, principal const& who);

  engine_core& core() const { return core_; }
  scope const& who() const { return scope_; }
  user_id const& user() const { return principal_.user(); }

  // Throws error(errc::permission_denied) when the caller's role may not.
  void demand(permission wanted) const;

  // The caller's own chat; another's is not found.
  task<chat> own(chat_id id) const;

  // A message in one of the caller's own chats, and that chat.
  task<std::pair<message, chat>> own(message_id id) const;

 private:
  engine_core& core_;
  principal principal_;
  scope scope_;
};

}  // namespace sambung
