#include "services/turns/recent_heads.hpp"

namespace sambung {

void recent_heads::keep(scope who, chat_head what, std::size_t answer_bytes) {
  key const at(who, what.chat.id);
  auto const bytes = sizeof(entry) + answer_bytes + what.chat.system_prompt.size();
  std::lock_guard lock(mutex_);
  if (auto const old = places_.find(at); old != places_.end()) extract(old->second);
  entries_.push_back({at, bytes, std::move(what)});
  places_.emplace(at, std::prev(entries_.end()));
  bytes_ += bytes;
  while (bytes_ > max_bytes) extract(entries_.begin());
}

std::optional<chat_head> recent_heads::take(scope who, user_id owner, chat_id id) {
  std::lock_guard lock(mutex_);
  auto const found = places_.find({who, id});
  if (found == places_.end() || found->second->what.chat.owner_id != owner) return std::nullopt;
  return extract(found->second);
}

chat_head recent_heads::extract(entries::iterator which) {
  auto what = std::move(which->what);
  bytes_ -= which->bytes;
  places_.erase(which->at);
  entries_.erase(which);
  return what;
}

}  // namespace sambung
