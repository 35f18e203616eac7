#include "services/turns/message_path.hpp"

#include <sambung/records/active_turn.hpp>

#include "services/turns/turn_log.hpp"

namespace sambung {
namespace {

std::optional<message> salvaged(row const& in) {
  auto whole = read_row<message>(in);
  if (whole) return std::move(*whole);
  auto found = salvage_row<message>(in);
  if (!found) return std::nullopt;
  found->parts.clear();
  found->state = message_state::failed;
  found->reason = message_reason::data_loss;
  return found;
}

}  // namespace

task<result<message>> readable_message(storage& store, scope who, message_id id) {
  auto const found = co_await store.read(who, collection<message>::where(&message::id, id));
  if (!found) co_return found.error();
  if (found->items.empty()) co_return failure(errc::not_found, "not found");
  auto read = salvaged(found->items.front());
  if (!read) co_return failure(errc::data_loss, "the message is damaged");
  co_return std::move(*read);
}

task<message> with_flushed_text(storage& store, scope who, message m) {
  if (m.state != message_state::streaming) co_return m;
  part_builder parts;
  page_request which(max_page_size);
  for (;;) {
    auto chunks = collection<turn_chunk>(store, who);
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

message_path::message_path(storage& store, scope who, message leaf, std::size_t batch)
    : message_path(store, who, std::move(leaf), std::nullopt, batch) {}

message_path::message_path(storage& store, scope who, message leaf, std::optional<message> parent, std::size_t batch)
    : store_(store), who_(who), batch_(batch), chat_(leaf.chat_id) {
  auto const& oldest = parent ? *parent : leaf;
  parent_ = oldest.parent_id;
  depth_ = oldest.depth - 1;
  if (parent) known_.push_back(std::move(*parent));
  known_.push_back(std::move(leaf));
}

task<std::optional<message>> message_path::next() {
  if (known_.empty()) {
    if (!parent_) co_return std::nullopt;
    auto parent = co_await parent_of(*parent_, chat_, depth_);
    broken_ = !parent;
    parent_ = parent ? parent->parent_id : std::nullopt;
    --depth_;
    co_return parent;
  }
  auto next = std::move(known_.back());
  known_.pop_back();
  co_return next;
}

task<std::optional<message>> message_path::parent_of(message_id id, chat_id chat, std::int64_t depth) {
  std::optional<row> after;
  for (;;) {
    for (; used_ < read_.size() && read_[used_].depth >= depth; ++used_)
      if (read_[used_].id == id) co_return std::move(read_[used_++]);
    if (used_ < read_.size()) co_return std::nullopt;
    query q = collection<message>::where(&message::chat_id, chat);
    q = std::move(q).where(where(&message::depth, comparison::less_equal, depth));
    std::vector<std::string> order;
    order.push_back("depth");
    q = std::move(q).order(std::move(order), direction::descending).limit(batch_);
    if (after) q = std::move(q).after(*after);
    query const asked = q;
    auto found = (co_await store_.read(who_, std::move(q))).value();
    read_.clear();
    used_ = 0;
    if (found.items.empty()) co_return std::nullopt;
    for (auto const& item : found.items)
      if (auto one = salvaged(item)) read_.push_back(std::move(*one));
    after = detail::place_of(found.items.back(), asked, description_of<message>());
  }
}

}  // namespace sambung
