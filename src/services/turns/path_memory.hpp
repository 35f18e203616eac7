// path_memory: the newest parts of the paths that turns went a moment ago, so that the next turn of a chat reads and
// decodes nothing that it had at hand.
//
// A message that has ended does not change any more, so what is kept is right for as long as it is asked for by its id:
// edits, alternatives and other engines only make paths that are not known. Nobody gets at anything here who has not
// just been given the chat by storage. What nobody used for a while goes, so that what another engine erased does.
#pragma once

#include <sambung/records/chat.hpp>
#include <sambung/records/message.hpp>
#include <sambung/services/turns/context.hpp>
#include <sambung/storage/scope.hpp>

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace sambung {

using message_ref = std::shared_ptr<message const>;

// Messages of which each is the parent of the one before it. Thread safety: never changes.
class known_path {
 public:
  // Takes `newest_first` as far as they are such a way in `in` and have ended.
  known_path(chat_id in, std::vector<message_ref> newest_first);

  // Null when it is not among them.
  message_ref find(message_id id, std::int64_t depth) const;

  bool empty() const { return newest_first_.empty(); }
  std::size_t bytes() const { return bytes_; }  // about

 private:
  std::vector<message_ref> newest_first_;
  std::size_t bytes_ = 0;
};

// Thread safety: safe to use from any thread.
class path_memory {
 public:
  // 0 bytes: nothing is kept.
  void limit(std::size_t max_bytes) { max_bytes_ = max_bytes; }

  // Null for a chat of which nothing is known.
  std::shared_ptr<known_path const> find(scope who, chat_id chat, timestamp now);
  // Replaces what is known of the chat. Forgets what was not used for longest when it is too much.
  void keep(scope who, chat_id chat, known_path path, timestamp now);
  void forget(scope who, chat_id chat);
  void forget_all();
  void forget_unused_since(timestamp when);

  // A prompt had so many messages at hand, and so many were read.
  void count(std::int64_t at_hand, std::int64_t read);
  context_memory_use use() const;

 private:
  using key = std::pair<scope, chat_id>;
  struct key_hash {
    std::size_t operator()(key const& k) const { return std::hash<chat_id>()(k.second); }
  };
  struct entry {
    key at;
    timestamp used;
    std::shared_ptr<known_path const> path;
  };
  using entries = std::list<entry>;
  void drop(entries::iterator which);

  std::size_t max_bytes_ = 0;
  mutable std::mutex mutex_;
  entries entries_;  // unused for longest first
  std::unordered_map<key, entries::iterator, key_hash> places_;
  std::size_t bytes_ = 0;
  std::atomic<std::int64_t> at_hand_ = 0;
  std::atomic<std::int64_t> read_ = 0;
};

}  // namespace sambung
