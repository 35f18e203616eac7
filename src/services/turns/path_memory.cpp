#include "services/turns/path_memory.hpp"

namespace sambung {
namespace {

bool has_ended(message const& m) {
  bool const runs = m.state == message_state::streaming || m.state == message_state::pending;
  // One that could not be read may be mended.
  return !runs && m.reason != message_reason::data_loss;
}

bool is_above(message const& below, message const& m) { return below.parent_id == m.id && below.depth == m.depth + 1; }

std::size_t bytes_of(message const& m) {
  return sizeof(message) + m.parts.size() * sizeof(part) + content_bytes(m.parts);
}

}  // namespace

known_path::known_path(chat_id in, std::vector<message_ref> newest_first) : newest_first_(std::move(newest_first)) {
  std::size_t taken = 0;
  for (; taken < newest_first_.size(); ++taken) {
    auto const& one = *newest_first_[taken];
    bool const follows = taken == 0 || is_above(*newest_first_[taken - 1], one);
    if (!follows || one.chat_id != in || !has_ended(one)) break;
    bytes_ += bytes_of(one);
  }
  newest_first_.resize(taken);
}

message_ref known_path::find(message_id id, std::int64_t depth) const {
  if (newest_first_.empty()) return nullptr;
  auto const below_newest = newest_first_.front()->depth - depth;
  if (below_newest < 0 || below_newest >= std::ssize(newest_first_)) return nullptr;
  auto const& found = newest_first_[static_cast<std::size_t>(below_newest)];
  return found->id == id ? found : nullptr;
}

std::shared_ptr<known_path const> path_memory::find(scope who, chat_id chat, timestamp now) {
  std::lock_guard lock(mutex_);
  auto const found = places_.find({who, chat});
  if (found == places_.end()) return nullptr;
  found->second->used = now;
  entries_.splice(entries_.end(), entries_, found->second);
  return found->second->path;
}

void path_memory::keep(scope who, chat_id chat, known_path path, timestamp now) {
  if (path.empty() || path.bytes() > max_bytes_) return forget(who, chat);
  auto kept = std::make_shared<known_path const>(std::move(path));
  std::lock_guard lock(mutex_);
  if (auto const old = places_.find({who, chat}); old != places_.end()) drop(old->second);
  bytes_ += kept->bytes();
  entries_.push_back({{who, chat}, now, std::move(kept)});
  places_.emplace(entries_.back().at, std::prev(entries_.end()));
  while (bytes_ > max_bytes_) drop(entries_.begin());
}

void path_memory::forget(scope who, chat_id chat) {
  std::lock_guard lock(mutex_);
  if (auto const found = places_.find({who, chat}); found != places_.end()) drop(found->second);
}

void path_memory::forget_all() {
  std::lock_guard lock(mutex_);
  while (!entries_.empty()) drop(entries_.begin());
}

void path_memory::forget_unused_since(timestamp when) {
  std::lock_guard lock(mutex_);
  while (!entries_.empty() && entries_.front().used < when) drop(entries_.begin());
}

void path_memory::count(std::int64_t at_hand, std::int64_t read) {
  at_hand_ += at_hand;
  read_ += read;
}

context_memory_use path_memory::use() const {
  context_memory_use now;
  now.messages_at_hand = at_hand_;
  now.messages_read = read_;
  std::lock_guard lock(mutex_);
  now.bytes = static_cast<std::int64_t>(bytes_);
  now.chats = std::ssize(entries_);
  return now;
}

void path_memory::drop(entries::iterator which) {
  bytes_ -= which->path->bytes();
  places_.erase(which->at);
  entries_.erase(which);
}

}  // namespace sambung
