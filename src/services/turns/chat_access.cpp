#include "services/turns/chat_access.hpp"

#include "storage/scope_access.hpp"

namespace sambung {

void throw_not_found() { throw error(errc::not_found, "not found"); }

chat_access::chat_access(engine_core& core, principal const& who)
    : core_(core), principal_(who), scope_(scope_access::tenant(who.tenant())) {}

void chat_access::demand(permission wanted) const {
  if (!principal_.may(wanted)) throw error(errc::permission_denied, "your role does not allow this");
}

task<chat> chat_access::own(chat_id id) const {
  auto found = (co_await core_.records<chat>(scope_).get(id)).value();
  if (found.owner_id != user() || found.state != chat_state::active) throw_not_found();
  co_return found;
}

task<std::pair<message, chat>> chat_access::own(message_id id) const {
  auto found = (co_await core_.records<message>(scope_).get(id)).value();
  auto home = co_await own(found.chat_id);
  co_return std::pair(std::move(found), std::move(home));
}

}  // namespace sambung
