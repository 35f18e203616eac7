// Reading a chat's tree: the path from a message to the root, newest first.
#pragma once

#include <sambung/records/message.hpp>
#include <sambung/storage/collection.hpp>

namespace sambung {

// A message with the text flushed so far when it still streams.
task<message> with_flushed_text(storage& store, scope who, message m);

// Walks upward from `leaf`. Siblings beside the path cost a read only where there are many of them.
class message_path {
 public:
  // `batch` rows are read at once. Lifetime: `store` must outlive it.
  message_path(storage& store, scope who, message leaf, std::size_t batch);

  // The next message toward the root, the leaf first; empty behind the root. Throws error(errc::data_loss) for a
  // message whose parent is missing.
  task<std::optional<message>> next();

 private:
  task<message> parent_of(message child);

  storage& store_;
  scope who_;
  std::size_t batch_;
  std::optional<message> next_;
  std::vector<message> read_;  // rows at and below the wanted depth, in the order deepest first
  std::size_t used_ = 0;
};

}  // namespace sambung
