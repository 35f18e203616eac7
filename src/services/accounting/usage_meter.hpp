// Counting what was used.
#pragma once

#include <sambung/records/part.hpp>
#include <sambung/records/usage_counter.hpp>
#include <sambung/storage/collection.hpp>

#include <map>
#include <mutex>
#include <unordered_map>

namespace sambung {

class engine_core;

// The counter of a user's calls of a model on the day of `when`, with nothing counted yet.
usage_counter no_usage(user_id user, timestamp when, std::string model, key_source key);

// The change that adds `used` to what is stored.
change count(usage_counter const& used);

// Sums the consumption of stateless calls and writes the sums now and then. Thread safety: safe from any thread.
class usage_meter {
 public:
  explicit usage_meter(engine_core& core) : core_(core) {}

  void add(scope const& who, usage_counter const& used);

  // Writes what has gathered; what cannot be written now is kept for the next time.
  task<void> write();

 private:
  using gathered = std::map<scope, std::unordered_map<std::string, usage_counter>>;  // by the counters' ids

  engine_core& core_;
  std::mutex mutex_;
  gathered gathered_;
};

}  // namespace sambung
