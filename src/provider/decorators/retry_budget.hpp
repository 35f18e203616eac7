// retry_budget: how many retries there are for how many calls.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace sambung {

// Thread safety: safe to use from any thread.
class retry_budget {
 public:
  retry_budget(double per_call, double burst) : per_call_(per_call), burst_(burst) {}

  // A call of `key` begins.
  void earn(std::string_view key);
  // Whether a retry of `key` may be made.
  bool spend(std::string_view key);

 private:
  static constexpr std::size_t max_keys = 10'000;

  // Only what is not full is kept; a new key is full. When there are too many, those without room share one.
  std::string_view place_of(std::string_view key) const;

  double per_call_;
  double burst_;
  std::mutex mutex_;
  std::map<std::string, double, std::less<>> tokens_;
};

}  // namespace sambung
