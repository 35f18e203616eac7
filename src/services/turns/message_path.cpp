#include "services/turns/message_path.hpp"

#include <sambung/records/active_turn.hpp>

#include "services/turns/stored_deltas.hpp"

#include <algorithm>
#include <limits>

namespace sambung {
namespace {

std::optional<message> salvaged(engine_core const& core, scope const& who, row const& in) {
  auto whole = core.records<message>(who).record_of(in);
  if (whole) return std::move(*whole);
  auto found = salvage_row<message>(in);
  if (!found) return std::nullopt;
  found->parts.clear();
  found->state = message_state::failed;
  found->reason = message_reason::data_loss;
  return found;
}

// Whether what can be read of it says where in the chat it stands.
bool has_place(message const& m, chat_id in) { return m.chat_id == in && m.parent_id.has_value() == (m.depth > 0); }

// Messages of a chat that stand at a depth or above it, the deepest and then the newest first: as many as one read
// gives and can be read.
task<std::vector<message>> read_up(engine_core const& core, scope who, chat_id in, std::int64_t depth,
                                   std::size_t rows) {
  query q = collection<message>::where(&message::chat_id, in);
  q = std::move(q).where(where(&message::depth, comparison::less_equal, depth));
  std::vector<std::string> order;
  order.push_back("depth");
  q = std::move(q).order(std::move(order), direction::descending).limit(rows);
  auto const found = (co_await core.store->read(who, std::move(q))).value();
  std::vector<message> read;
  for (auto const& item : found.items) {
    auto one = salvaged(core, who, item);
    if (one && has_place(*one, in)) read.push_back(std::move(*one));
  }
  co_return read;
}

bool is_damage(failure const& why) { return why.code == errc::not_found || why.code == errc::data_loss; }

}  // namespace

task<result<message>> readable_message(engine_core const& core, scope who, message_id id) {
  auto const found = co_await core.store->read(who, collection<message>::where(&message::id, id).limit(1));
  if (!found) co_return found.error();
  if (found->items.empty()) co_return failure(errc::not_found, "not found");
  auto read = salvaged(core, who, found->items.front());
  if (!read) co_return failure(errc::data_loss, "the message is damaged");
  co_return std::move(*read);
}

task<message> with_flushed_text(engine_core const& core, scope who, message m) {
  if (m.state != message_state::streaming) co_return m;
  part_builder parts;
  page_request which(max_page_size);
  for (;;) {
    auto const chunks = core.records<turn_chunk>(who);
    query q = chunks.where(&turn_chunk::message_id, m.id);
    q = std::move(q).order({"id"}, direction::ascending);
    auto found = (co_await chunks.list(std::move(q), which)).value();
    for (auto const& chunk : found.items)
      for (auto const& delta : stored_deltas(core, who, chunk)) add_delta(parts, delta);
    if (!found.next_cursor) break;
    which.cursor = std::move(found.next_cursor);
  }
  m.parts = parts.take();
  co_return m;
}

// The parent of a head that was sent or made anew is the newest before it; what is shallower than so many rows is not
// looked at.
task<path_start> start_of(engine_core const& core, scope who, chat const& from) {
  path_start start;
  if (!from.head_id) co_return start;
  auto head = co_await readable_message(core, who, *from.head_id);
  if (!head && !is_damage(head.error())) throw error(head.error());
  if (head && has_place(*head, from.id)) {
    start.first = std::move(*head);
    co_return start;
  }
  start.damaged = 1;
  auto all = co_await read_up(core, who, from.id, std::numeric_limits<std::int64_t>::max(), max_page_size);
  std::erase_if(all, [&](message const& one) { return one.id >= *from.head_id; });
  if (!all.empty()) start.first = *std::ranges::max_element(all, {}, &message::id);
  co_return start;
}

message_path::message_path(engine_core const& core, scope who, message leaf, std::size_t batch)
    : message_path(core, who, std::move(leaf), std::nullopt, batch) {}

message_path::message_path(engine_core const& core, scope who, message leaf, std::optional<message> parent,
                           std::size_t batch)
    : core_(core), who_(who), batch_(batch), chat_(leaf.chat_id) {
  auto const& oldest = parent ? *parent : leaf;
  parent_ = oldest.parent_id;
  depth_ = oldest.depth - 1;
  if (parent) known_.push_back(std::move(*parent));
  known_.push_back(std::move(leaf));
}

task<std::optional<message>> message_path::next() {
  if (known_.empty()) {
    if (!parent_) co_return std::nullopt;
    auto above = co_await parent_of(*parent_);
    if (!above) {
      ++damaged_;
      above = co_await beyond(*parent_);
    }
    parent_ = above ? above->parent_id : std::nullopt;
    if (above) depth_ = above->depth - 1;
    co_return above;
  }
  auto next = std::move(known_.back());
  known_.pop_back();
  co_return next;
}

message_ref message_path::at_hand() {
  if (!known_.empty()) {
    auto given = std::make_shared<message const>(std::move(known_.back()));
    known_.pop_back();
    return given;
  }
  auto found = parent_ && remembered_ ? remembered_->find(*parent_, depth_) : nullptr;
  if (!found) return nullptr;
  parent_ = found->parent_id;
  depth_ = found->depth - 1;
  return found;
}

task<message_ref> message_path::next_shared() {
  if (auto known = at_hand()) co_return known;
  auto read = co_await next();
  if (!read) co_return nullptr;
  co_return std::make_shared<message const>(std::move(*read));
}

// Rows above are read together; a parent that is not among the first of them has many siblings, or large ones.
task<std::optional<message>> message_path::parent_of(message_id id) {
  if (auto known = take_known(id)) co_return known;
  if (used_ == read_.size()) {
    read_ = co_await read_up(core_, who_, chat_, depth_, batch_);
    used_ = 0;
  }
  if (auto known = take_known(id)) co_return known;
  read_.clear();
  used_ = 0;
  auto found = co_await readable_message(core_, who_, id);
  if (!found && !is_damage(found.error())) throw error(found.error());
  if (!found || !has_place(*found, chat_) || found->depth != depth_) co_return std::nullopt;
  co_return std::move(*found);
}

// Where the way goes on behind a parent that cannot be read.
task<std::optional<message>> message_path::beyond(message_id id) {
  auto all = co_await read_up(core_, who_, chat_, depth_ - 1, max_page_size);
  auto const older = std::ranges::find_if(all, [&](message const& one) { return one.id < id; });
  co_return older == all.end() ? std::nullopt : std::optional(std::move(*older));
}

std::optional<message> message_path::take_known(message_id id) {
  for (; used_ < read_.size() && read_[used_].depth >= depth_; ++used_)
    if (read_[used_].id == id) return std::move(read_[used_++]);
  return std::nullopt;
}

}  // namespace sambung
