#include <sambung/services/chats/chats.hpp>

#include "services/turns/chat_access.hpp"

namespace sambung {
namespace {

task<chat> find_external_chat(core_ptr core, principal who, std::string external_id) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  auto const chats = core->records<chat>(access.rows());
  query q = chats.where(&chat::external_id, std::move(external_id));
  q = std::move(q).where(where(&chat::owner_id, access.user())).where(where(&chat::state, chat_state::active));
  co_return (co_await chats.first(std::move(q))).value();
}

task<chat> ensure_external_chat(chats own, std::string external_id, new_chat from) {
  if (from.external_id && *from.external_id != external_id)
    throw error(failure(errc::conflict, "the chat to be made has another external id",
                        {{"external_id", "is another than the one that is asked for"}}));
  auto earlier = co_await as_result(own.find_external(external_id));
  if (earlier) co_return std::move(*earlier);
  if (earlier.error().code != errc::not_found) throw error(earlier.error());
  from.external_id = external_id;
  auto made = co_await as_result(own.create(std::move(from)));
  if (made) co_return std::move(*made);
  if (made.error().code != errc::already_exists) throw error(made.error());
  // Another call was quicker, or the key is somebody else's.
  auto found = co_await as_result(own.find_external(std::move(external_id)));
  if (found) co_return std::move(*found);
  if (found.error().code == errc::not_found) throw error(errc::already_exists, "that external id is taken");
  throw error(found.error());
}

}  // namespace

task<chat> chats::ensure(std::string external_id, new_chat from) const {
  return ensure_external_chat(*this, std::move(external_id), std::move(from));
}

task<chat> chats::find_external(std::string external_id) const {
  return find_external_chat(core_, who_, std::move(external_id));
}

}  // namespace sambung
