// recent_heads: how the chats that were sent to a moment ago stand, so that the next message needs no look-up.
//
// What is kept may be out of date: another engine, or another call, may have changed the chat. It is only good for a
// batch that requires the chat's revision, and once such a batch was refused the stored rows are read. An answer that
// has ended does not change any more.
#pragma once

#include <sambung/records/chat.hpp>
#include <sambung/records/message.hpp>
#include <sambung/storage/scope.hpp>

#include <list>
#include <mutex>
#include <unordered_map>

namespace sambung {

struct chat_head {
  explicit chat_head(sambung::chat chat_, std::optional<message> head_ = std::nullopt)
      : chat(std::move(chat_)), head(std::move(head_)) {}

  sambung::chat chat;
  std::optional<message> head;  // the message that chat.head_id names, when it is at hand
};

// Thread safety: safe to use from any thread.
class recent_heads {
 public:
  static constexpr std::size_t max_bytes = 8 * 1'048'576;

  // `answer_bytes` is about what the head's parts take. Forgets the oldest ones when they hold too much.
  void keep(scope who, chat_head what, std::size_t answer_bytes);
  // Gives back and forgets; empty for a chat of another user.
  std::optional<chat_head> take(scope who, user_id owner, chat_id id);

 private:
  using key = std::pair<scope, chat_id>;
  struct key_hash {
    std::size_t operator()(key const& k) const { return std::hash<chat_id>()(k.second); }
  };
  struct entry {
    key at;
    std::size_t bytes;
    chat_head what;
  };
  using entries = std::list<entry>;
  chat_head extract(entries::iterator which);

  std::mutex mutex_;
  entries entries_;  // oldest first
  std::unordered_map<key, entries::iterator, key_hash> places_;
  std::size_t bytes_ = 0;
};

}  // namespace sambung
