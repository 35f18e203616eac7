#include "services/turns/message_path.hpp"

#include <sambung/records/active_turn.hpp>

#include "services/turns/turn_log.hpp"

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
    for (auto const& chunk : found.items) {
      auto const deltas = decode_deltas(chunk.events);
      if (!deltas) continue;
      for (auto const& delta : *deltas) add_delta(parts, delta);
    }
    if (!found.next_cursor) break;
    which.cursor = std::move(found.next_cursor);
  }
  m.parts = parts.take();
  co_return m;
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
    auto parent = co_await parent_of(*parent_);
    broken_ = !parent;
    parent_ = parent ? parent->parent_id : std::nullopt;
    --depth_;
    co_return parent;
  }
  auto next = std::move(known_.back());
  known_.pop_back();
  co_return next;
}

// Rows above are read together; a parent that is not among the first of them has many siblings, or large ones.
task<std::optional<message>> message_path::parent_of(message_id id) {
  if (auto known = take_known(id)) co_return known;
  if (used_ == read_.size()) co_await read_up();
  if (auto known = take_known(id)) co_return known;
  read_.clear();
  used_ = 0;
  auto found = co_await readable_message(core_, who_, id);
  if (!found && found.error().code != errc::not_found && found.error().code != errc::data_loss)
    throw error(found.error());
  if (!found || found->chat_id != chat_ || found->depth != depth_) co_return std::nullopt;
  co_return std::move(*found);
}

std::optional<message> message_path::take_known(message_id id) {
  for (; used_ < read_.size() && read_[used_].depth >= depth_; ++used_)
    if (read_[used_].id == id) return std::move(read_[used_++]);
  return std::nullopt;
}

task<void> message_path::read_up() {
  query q = collection<message>::where(&message::chat_id, chat_);
  q = std::move(q).where(where(&message::depth, comparison::less_equal, depth_));
  std::vector<std::string> order;
  order.push_back("depth");
  q = std::move(q).order(std::move(order), direction::descending).limit(batch_);
  auto const found = (co_await core_.store->read(who_, std::move(q))).value();
  read_.clear();
  used_ = 0;
  for (auto const& item : found.items)
    if (auto one = salvaged(core_, who_, item)) read_.push_back(std::move(*one));
}

}  // namespace sambung
