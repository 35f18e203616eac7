#include "services/message_path.hpp"

#include <sambung/records/active_turn.hpp>

#include "services/turn_log.hpp"

namespace sambung {

task<message> with_flushed_text(storage& store, scope who, message m) {
  if (m.state != message_state::streaming) co_return m;
  part_builder parts;
  page_request which(max_page_size);
  for (;;) {
    auto chunks = collection<turn_chunk>(store, who);
    query q = chunks.where(&turn_chunk::message_id, m.id);
    q = std::move(q).order({"id"}, direction::ascending);
    auto found = (co_await chunks.list(std::move(q), which)).value();
    for (auto const& chunk : found.items)
      for (auto const& delta : decode_deltas(chunk.events)) add_delta(parts, delta);
    if (!found.next_cursor) break;
    which.cursor = std::move(found.next_cursor);
  }
  m.parts = parts.take();
  co_return m;
}

message_path::message_path(storage& store, scope who, message leaf, std::size_t batch)
    : store_(store), who_(who), batch_(batch), next_(std::move(leaf)) {}

task<std::optional<message>> message_path::next() {
  if (!next_) co_return std::nullopt;
  auto current = std::move(*next_);
  next_.reset();
  if (current.parent_id) next_ = co_await parent_of(current);
  co_return current;
}

task<message> message_path::parent_of(message child) {
  auto const wanted = child.depth - 1;
  std::optional<row> after;
  for (;;) {
    for (; used_ < read_.size() && read_[used_].depth >= wanted; ++used_)
      if (read_[used_].id == *child.parent_id) co_return std::move(read_[used_++]);
    if (used_ < read_.size()) throw error(errc::data_loss, "a message's parent is missing");
    query q = collection<message>::where(&message::chat_id, child.chat_id);
    q = std::move(q).where(where(&message::depth, comparison::less_equal, wanted));
    std::vector<std::string> order;
    order.push_back("depth");
    q = std::move(q).order(std::move(order), direction::descending).limit(batch_);
    if (after) q = std::move(q).after(*after);
    auto found = (co_await store_.read(who_, std::move(q))).value();
    read_.clear();
    used_ = 0;
    for (auto const& item : found.items) read_.push_back(from_row<message>(item));
    if (read_.empty()) throw error(errc::data_loss, "a message's parent is missing");
    after = row();
    after->push_back(value(read_.back().depth));
    after->push_back(value(read_.back().id.value));
  }
}

}  // namespace sambung
