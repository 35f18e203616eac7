// chat_access: one caller's way to chats. Everything read through it is the caller's own.
#pragma once

#include <sambung/records/chat.hpp>
#include <sambung/records/message.hpp>

#include "services/base/access.hpp"
#include "services/base/engine_core.hpp"

#include <utility>

namespace sambung {

// Lifetime: `core` must outlive it.
class chat_access {
 public:
  // Throws as access_of() does.
  static task<chat_access> open(engine_core& core, principal const& who, permission wanted);

  engine_core& core() const { return core_; }
  principal const& who() const { return who_; }
  scope const& rows() const { return reach_.scope; }
  user_id const& user() const { return reach_.user; }

  // The caller's own chat; another's is not found.
  task<chat> own(chat_id id) const;

  // A message in one of the caller's own chats, and that chat.
  task<std::pair<message, chat>> own(message_id id) const;

 private:
  chat_access(engine_core& core, principal who, access reach) : core_(core), who_(std::move(who)), reach_(reach) {}

  engine_core& core_;
  principal who_;
  access reach_;
};

}  // namespace sambung
