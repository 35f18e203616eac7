#include <sambung/services/chats/chat_branches.hpp>
#include <sambung/services/chats/chats.hpp>

#include "services/chats/message_pages.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <set>

namespace sambung {
namespace {

// Messages of a chat from one depth to another, by depth: without what they say.
struct tree_walk {
  tree_walk(chat_access const& access_, chat_id in_, std::int64_t from_, std::int64_t to_)
      : access(access_), in(in_), from(from_), to(to_) {}

  chat_access const& access;
  chat_id in;
  std::int64_t from;
  std::int64_t to;
};

// Calls `see` with each, and says whether there were more than may be looked at.
task<bool> walk(tree_walk over, std::function<void(message const&)> see) {
  page_request which(max_page_size);
  std::size_t seen = 0;
  for (;;) {
    query q = collection<message>::where(&message::chat_id, over.in);
    q = std::move(q)
            .where(where(&message::depth, comparison::greater_equal, over.from))
            .where(where(&message::depth, comparison::less_equal, over.to));
    q = std::move(q).order({"depth"}, direction::ascending);
    auto found = (co_await over.access.core().records<message>(over.access.rows()).list(std::move(q), which)).value();
    for (auto const& each : found.items) see(each);
    seen += found.items.size();
    if (!found.next_cursor) co_return false;
    if (seen >= max_branch_messages) co_return true;
    which.cursor = std::move(found.next_cursor);
  }
}

task<message_branches> list_branches(core_ptr core, principal who, chat_id id, std::int64_t from, std::int64_t to) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  auto const home = co_await access.own(id);
  std::map<std::pair<std::int64_t, std::optional<message_id>>, std::vector<message_id>> children;
  tree_walk over(access, home.id, from, to);
  message_branches out;
  out.more = co_await walk(over, [&](message const& one) { children[{one.depth, one.parent_id}].push_back(one.id); });
  for (auto& [place, ids] : children) {
    if (ids.size() < 2) continue;
    std::ranges::sort(ids);
    out.items.push_back({place.second, std::move(ids)});
  }
  co_return out;
}

// A message stands below its parent, so that one walk downward meets every descendant behind its own parent.
task<message> find_newest_leaf(core_ptr core, principal who, message_id id) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  auto const [top, home] = co_await access.own(id);
  std::set<message_id> below{top.id};
  message_id newest = top.id;
  tree_walk over(access, home.id, top.depth + 1, std::numeric_limits<std::int64_t>::max());
  co_await walk(over, [&](message const& one) {
    if (!one.parent_id || !below.contains(*one.parent_id)) return;
    below.insert(one.id);
    newest = std::max(newest, one.id);
  });
  auto leaf = (co_await readable_message(*core, access.rows(), newest)).value();
  co_return co_await with_flushed_text(*core, access.rows(), std::move(leaf));
}

}  // namespace

task<message_branches> chats::branches(chat_id id, std::int64_t from_depth, std::int64_t to_depth) const {
  return list_branches(core_, who_, id, from_depth, to_depth);
}

task<message> chats::newest_leaf(message_id id) const { return find_newest_leaf(core_, who_, id); }

}  // namespace sambung
