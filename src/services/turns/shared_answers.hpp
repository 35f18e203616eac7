// shared_answers: one copy of an answer for all who read it at once, read from storage once.
#pragma once

#include <sambung/records/message.hpp>
#include <sambung/storage/scope.hpp>

#include "services/base/engine_core.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace sambung {

// Thread safety: safe to use from any thread. Lifetime: `core` outlives it.
class shared_answers {
 public:
  explicit shared_answers(engine_core& core) : core_(core) {}

  // The message as it is stored; as others read it already when it has ended, since it changes no more then. Throws
  // error: see collection::get.
  task<std::shared_ptr<message const>> get(scope who, message_id id);

 private:
  // A message that is being read, or was: alive as long as somebody has it.
  struct reading {
    rising_level ended;
    std::optional<result<message>> found;  // once ended; none when whoever read it went away
  };
  using key = std::pair<scope, message_id>;

  std::pair<std::shared_ptr<reading>, bool> find_or_begin(key const& which);
  task<void> read(key which, std::shared_ptr<reading> into);
  void end(key const& which, reading& one);

  engine_core& core_;
  std::mutex mutex_;
  std::map<key, std::weak_ptr<reading>> readings_;
};

}  // namespace sambung
