#include "services/chats/message_pages.hpp"

#include <algorithm>

namespace sambung {

task<path_start> path_from(chat_access const& access, chat const& home, std::optional<message_id> leaf) {
  if (!leaf) co_return co_await start_of(access.core(), access.rows(), home);
  path_start start;
  start.first = (co_await readable_message(access.core(), access.rows(), *leaf)).value();
  if (start.first->chat_id != home.id) throw_not_found();
  co_return start;
}

task<page<message>> page_of_path(chat_access const& access, path_start start, std::size_t limit,
                                 std::size_t max_bytes) {
  page<message> found;
  found.damaged = start.damaged;
  if (!start.first) co_return found;
  message_path path(access.core(), access.rows(), std::move(*start.first), std::max<std::size_t>(limit, 1));
  std::size_t bytes = 0;
  while (auto next = co_await path.next()) {
    if (found.items.size() == limit || bytes >= max_bytes) {
      found.next_cursor = to_string(next->id);
      break;
    }
    found.items.push_back(co_await with_flushed_text(access.core(), access.rows(), std::move(*next)));
    bytes += content_bytes(found.items.back().parts);
  }
  found.damaged += path.damaged();
  co_return found;
}

}  // namespace sambung
