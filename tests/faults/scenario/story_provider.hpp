// story_provider: answers every question with a text that follows from the question alone, so that whoever reads the
// answer later knows whether it is the right one.
#pragma once

#include <sambung/provider/provider.hpp>
#include <sambung/testing/gate.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace sambung::tests {

// The whole answer to `question`.
std::string story_about(std::string const& question);

// Whether it stops half-way until somebody has seen the first half in storage.
bool pauses(std::string const& question);

// Thread safety: safe to use from any thread.
class story_provider {
 public:
  // What engine_options::providers wants: "story/teller".
  std::shared_ptr<provider> handle();

  // Lets the answer to `question` go on.
  void go_on(std::string const& question);
  // From now on no answer pauses.
  void never_pause();

 private:
  testing::gate gate_of(std::string const& question);

  std::mutex mutex_;
  bool never_ = false;
  std::map<std::string, testing::gate> gates_;
};

}  // namespace sambung::tests
