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

// What a row says of the tree. A message that is damaged otherwise holds its branch together all the same.
struct tree_node {
  message_id id;
  std::optional<message_id> parent_id;
  std::int64_t depth;
  bool readable;
};

std::optional<tree_node> node_of(row const& one, collection<message> const& messages) {
  static auto const& table = description_of<message>();
  static auto const parent_at = *table.position("parent_id");
  static auto const depth_at = *table.position("depth");
  auto const* const id = std::get_if<uuid>(&one.front());
  auto const* const parent = std::get_if<uuid>(&one[parent_at]);
  auto const* const depth = std::get_if<std::int64_t>(&one[depth_at]);
  if (!id || !depth || (!parent && !std::holds_alternative<std::monostate>(one[parent_at]))) return std::nullopt;
  auto const above = parent ? std::optional(message_id{*parent}) : std::nullopt;
  return tree_node{message_id{*id}, above, *depth, messages.record_of(one).has_value()};
}

// Calls `see` with each until it wants no more, a page at a time, and says whether there were more than may be looked
// at.
task<bool> walk(tree_walk over, std::function<bool(tree_node const&)> see) {
  auto& core = over.access.core();
  auto const& table = description_of<message>();
  auto const messages = core.records<message>(over.access.rows());
  query q = collection<message>::where(&message::chat_id, over.in);
  q = std::move(q)
          .where(where(&message::depth, comparison::greater_equal, over.from))
          .where(where(&message::depth, comparison::less_equal, over.to));
  q = std::move(q).order({"depth"}, direction::ascending).limit(max_page_size);
  std::size_t seen = 0;
  for (;;) {
    auto const found = (co_await detail::read_to_a_place(*core.store, over.access.rows(), table, q)).value();
    for (auto const& each : found.items)
      if (auto const node = node_of(each, messages); node && !see(*node)) co_return false;
    seen += found.items.size();
    if (!found.more) co_return false;
    if (seen >= over.most) co_return true;
    q = std::move(q).after(detail::place_of(found.items.back(), q, table));
  }
}

task<message_branches> list_branches(core_ptr core, principal who, chat_id id, std::int64_t from, std::int64_t to) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  auto const home = co_await access.own(id);
  std::map<std::pair<std::int64_t, std::optional<message_id>>, std::vector<message_id>> children;
  tree_walk over(access, home.id, from, to);
  over.most = max_branch_messages;
  message_branches out;
  out.more = co_await walk(over, [&](tree_node const& one) {
    if (one.readable) children[{one.depth, one.parent_id}].push_back(one.id);
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
  bool see(tree_node const& one) {
    if (one.depth > depth_) descend(one.depth);
    if (above_.empty()) return false;
    if (!one.parent_id || !above_.contains(*one.parent_id)) return true;
    level_.insert(one.id);
    if (one.readable) newest_ = std::max(newest_, one.id);
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
  co_await walk(over, [&](tree_node const& one) { return below.see(one); });
  auto leaf = (co_await readable_message(*core, access.rows(), below.newest())).value();
  co_return co_await with_flushed_text(*core, access.rows(), std::move(leaf));
}

}  // namespace

task<message_branches> chats::branches(chat_id id, std::int64_t from_depth, std::int64_t to_depth) const {
  return list_branches(core_, who_, id, from_depth, to_depth);
}

task<message> chats::newest_leaf(message_id id) const { return find_newest_leaf(core_, who_, id); }

}  // namespace sambung
