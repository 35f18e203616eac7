// model_labels: under which names models stand in metrics and traces.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace sambung {

class engine_core;

// A model that its provider lists, or that has a price of its own, stands under its name, as long as there are few;
// all else, which may be what anybody wrote, as "other". Thread safety: safe to use from any thread.
class model_labels {
 public:
  static constexpr std::size_t max_models = 200;
  static constexpr std::string_view other = "other";

  // The model's part of "provider/model".
  std::string of(engine_core const& core, std::string_view full_name);

 private:
  std::mutex mutex_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace sambung
