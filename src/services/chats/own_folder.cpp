#include "services/chats/own_folder.hpp"

namespace sambung {

change require_own(folder_id id, user_id owner) { return require<folder>(id).when(&folder::owner_id, owner); }

task<folder> own_folder(chat_access const& access, folder_id id) {
  auto found = co_await access.core().records<folder>(access.rows()).get(id);
  if (!found && found.error().code != errc::not_found) throw error(found.error());
  if (!found || found->owner_id != access.user()) throw_not_found();
  co_return std::move(*found);
}

query chats_in(user_id owner, bool archived, std::optional<folder_id> in) {
  std::vector<std::string> by_activity{"pinned", "active_at"};
  query q = collection<chat>::where(&chat::owner_id, owner);
  q = std::move(q).where(where(&chat::state, chat_state::active)).where(where(&chat::archived, archived));
  if (in == folder_id()) q = std::move(q).where(where_null(&chat::folder_id));
  else if (in) q = std::move(q).where(where(&chat::folder_id, in));
  return std::move(q).order(std::move(by_activity), direction::descending);
}

}  // namespace sambung
