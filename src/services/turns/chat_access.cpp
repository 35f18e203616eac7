#include "services/turns/chat_access.hpp"

namespace sambung {

task<chat_access> chat_access::open(engine_core& core, principal const& who, permission wanted) {
  auto reach = co_await access_of(core, who, wanted);
  co_return chat_access(core, who, reach);
}

task<chat> chat_access::own(chat_id id) const {
  auto found = (co_await core_.records<chat>(reach_.scope).get(id)).value();
  if (found.owner_id != user() || found.state != chat_state::active) throw_not_found();
  co_return found;
}

task<std::pair<message, chat>> chat_access::own(message_id id) const {
  auto found = (co_await core_.records<message>(reach_.scope).get(id)).value();
  auto home = co_await own(found.chat_id);
  co_return std::pair(std::move(found), std::move(home));
}

}  // namespace sambung
