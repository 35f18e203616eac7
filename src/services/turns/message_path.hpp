// Reading a chat's tree: the path from a message to the root, newest first.
#pragma once

#include <sambung/records/chat.hpp>
#include <sambung/records/message.hpp>

#include "services/base/engine_core.hpp"
#include "services/turns/path_memory.hpp"

namespace sambung {

// A message with the text flushed so far when it still streams.
task<message> with_flushed_text(engine_core const& core, scope who, message m);

// The message with this id, errc::not_found without one. One that is damaged is there without parts, as
// failed(data_loss): what comes behind it in its chat can go on.
task<result<message>> readable_message(engine_core const& core, scope who, message_id id);

// Where a chat's path begins: at its head or, where that cannot be read, at the newest message before it that can.
struct path_start {
  std::optional<message> first;  // none in a chat without messages, or without one that can be read
  std::size_t damaged = 0;       // messages that stand before it
};
task<path_start> start_of(engine_core const& core, scope who, chat const& from);

// Walks upward from `leaf`. A message that cannot be read is passed over: the way goes on with the newest before it
// that stands one higher. Siblings beside the path, however many and large, cost two reads more where they are.
class message_path {
 public:
  // Up to `batch` rows are read at once. Lifetime: `core` must outlive it.
  message_path(engine_core const& core, scope who, message leaf, std::size_t batch);
  // The same, when the leaf's parent is at hand.
  message_path(engine_core const& core, scope who, message leaf, std::optional<message> parent, std::size_t batch);

  // The next message toward the root, the leaf first; empty behind the root, and where damage leaves no way.
  task<std::optional<message>> next();
  // Messages that are known in memory are taken from there. To be said before the first is asked for.
  void use(std::shared_ptr<known_path const> known) { remembered_ = std::move(known); }
  // The same as next() without waiting, when it is in memory; else null.
  message_ref at_hand();
  // The same as next(), to be shared; null at the end.
  task<message_ref> next_shared();

  // How many messages could not be read so far.
  std::size_t damaged() const { return damaged_; }

 private:
  task<std::optional<message>> parent_of(message_id id);
  task<std::optional<message>> beyond(message_id id);
  std::optional<message> take_known(message_id id);

  engine_core const& core_;
  scope who_;
  std::size_t batch_;
  std::shared_ptr<known_path const> remembered_;
  std::vector<message> known_;        // not given yet; the next one last
  std::optional<message_id> parent_;  // of the one given last, or to be given last of the known ones
  chat_id chat_;
  std::int64_t depth_ = 0;     // of the parent
  std::vector<message> read_;  // rows at and above the parent's depth, deepest first
  std::size_t used_ = 0;
  std::size_t damaged_ = 0;
};

}  // namespace sambung
