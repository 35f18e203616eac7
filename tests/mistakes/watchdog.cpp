// No mistake may hang: a test that takes too long ends the program, and is named.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

namespace sambung::tests {
namespace {

constexpr std::chrono::seconds most_time{150};

class watchdog final : public ::testing::EmptyTestEventListener {
  void OnTestStart(::testing::TestInfo const& test) override {
    auto const name = std::string(test.test_suite_name()) + '.' + test.name();
    watching_ = std::jthread([name](std::stop_token ended) { watch(name, ended); });
  }
  void OnTestEnd(::testing::TestInfo const&) override { watching_ = std::jthread(); }

  static void watch(std::string const& name, std::stop_token const& ended) {
    std::mutex mutex;
    std::condition_variable_any bell;
    std::unique_lock lock(mutex);
    bell.wait_for(lock, ended, most_time, [] { return false; });
    if (ended.stop_requested()) return;
    std::fprintf(stderr, "%s hangs\n", name.c_str());
    std::abort();
  }

  std::jthread watching_;
};

[[maybe_unused]] bool const watching = [] {
  auto made = std::make_unique<watchdog>();
  ::testing::UnitTest::GetInstance()->listeners().Append(made.release());
  return true;
}();

}  // namespace
}  // namespace sambung::tests
