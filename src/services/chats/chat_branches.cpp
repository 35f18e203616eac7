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

// Messages of a chat from one depth to another, by depth.
struct tree_walk {
  tree_walk(chat_access const& access_, chat_id in_, std::int64_t from_, std::int64_t to_)
      : access(access_), in(in_), from(from_), to(to_) {}

  chat_access const& access;
  chat_id in;
  std::int64_t from;
  std::int64_t to;
  std::size_t most = std::numeric_limits<std::size_t>::max();  // to look at
};

// Calls `see` with each until it wants no more, a page at a time, and says whether there were more than may be looked
// at.
task<bool> walk(tree_walk over, std::function<bool(message const&)> see) {
  page_request which(max_page_size);
  std::size_t seen = 0;
  for (;;) {
    query q = collection<message>::where(&message::chat_id, over.in);
    q = std::move(q)
            .where(where(&message::depth, comparison::greater_equal, over.from))
            .where(where(&message::depth, comparison::less_equal, over.to));
    q = std::move(q).order({"depth"}, direction::ascending);
    auto found = (co_await over.access.core().records<message>(over.access.rows()).list(std::move(q), which)).value();
    for (auto const& each : found.items)
      if (!see(each)) co_return false;
    seen += found.items.size();
    if (!found.next_cursor) co_return false;
    if (seen >= over.most) co_return true;
    which.cursor = std::move(found.next_cursor);
  }
}

task<message_branches> list_branches(core_ptr core, principal who, chat_id id, std::int64_t from, std::int64_t to) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  auto const home = co_await access.own(id);
  std::map<std::pair<std::int64_t, std::optional<message_id>>, std::vector<message_id>> children;
  tree_walk over(access, home.id, from, to);
  over.most = max_branch_messages;
  message_branches out;
  out.more = co_await walk(over, [&](message const& one) {
    children[{one.depth, one.parent_id}].push_back(one.id);
    return true;
  });
  for (auto& [place, ids] : children) {
    if (ids.size() < 2) continue;
    std::ranges::sort(ids);
    out.items.push_back({place.second, std::move(ids)});
  }
  co_return out;
}

// What is below a message: a walk downward meets each behind its parent, so that only the level above has to be known.
class descendants {
 public:
  explicit descendants(message const& top) : depth_(top.depth), level_{top.id}, newest_(top.id) {}

  // False: nothing that is deeper can be below.
  bool see(message const& one) {
    if (one.depth > depth_) descend(one.depth);
    if (above_.empty()) return false;
    if (!one.parent_id || !above_.contains(*one.parent_id)) return true;
    level_.insert(one.id);
    newest_ = std::max(newest_, one.id);
    return true;
  }
  message_id newest() const { return newest_; }

 private:
  void descend(std::int64_t to) {
    above_ = to == depth_ + 1 ? std::move(level_) : std::set<message_id>();
    level_.clear();
    depth_ = to;
  }

  std::int64_t depth_;
  std::set<message_id> above_;
  std::set<message_id> level_;
  message_id newest_;
};

task<message> find_newest_leaf(core_ptr core, principal who, message_id id) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  auto const [top, home] = co_await access.own(id);
  descendants below(top);
  tree_walk over(access, home.id, top.depth + 1, std::numeric_limits<std::int64_t>::max());
  co_await walk(over, [&](message const& one) { return below.see(one); });
  auto leaf = (co_await readable_message(*core, access.rows(), below.newest())).value();
  co_return co_await with_flushed_text(*core, access.rows(), std::move(leaf));
}

}  // namespace

task<message_branches> chats::branches(chat_id id, std::int64_t from_depth, std::int64_t to_depth) const {
  return list_branches(core_, who_, id, from_depth, to_depth);
}

task<message> chats::newest_leaf(message_id id) const { return find_newest_leaf(core_, who_, id); }

}  // namespace sambung
