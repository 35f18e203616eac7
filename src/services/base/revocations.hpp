// revocations: what has taken an authority away, here and on the other engines of the same database.
#pragma once

#include <sambung/core/task.hpp>
#include <sambung/storage/batch.hpp>

#include <atomic>
#include <cstdint>

namespace sambung {

class engine_core;

// Thread safety: safe to use from any thread. Lifetime: `core` outlives it.
class revocations {
 public:
  explicit revocations(engine_core& core) : core_(core) {}

  // Adds to a batch of system records that it takes an authority away: the stored count goes up with it.
  static void count_in(batch& b);

  // Such a batch was written here: what was remembered before is not to be used any more.
  void happened() { generation_.fetch_add(1); }

  // For what is not a batch of system records: counts, stores the count, and forgets.
  task<void> announce();

  // Goes up with every revocation that this engine knows of. Whoever remembers an answer notes it before asking, and
  // uses the answer only while it is the same.
  std::uint64_t generation() const { return generation_.load(); }

  // Reads the stored count; another engine's revocation counts here too.
  task<void> watch();

 private:
  engine_core& core_;
  std::atomic<std::uint64_t> generation_ = 0;
  std::atomic<std::int64_t> seen_ = 0;
};

}  // namespace sambung
