#include <sambung/core/task.hpp>

#include <gtest/gtest.h>

#include <memory>

namespace sambung::task_test {
namespace {

task<int> seven() { co_return 7; }
task<int> refusing() {
  throw error(errc::conflict, "stale");
  co_return 0;
}
task<void> broken() {
  throw std::runtime_error("defect");
  co_return;
}

TEST(Task, GivesItsValueToTheWaitingThread) {
  auto const unique = []() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(5); };

  EXPECT_EQ(sync_wait(seven()), 7);
  EXPECT_EQ(*sync_wait(unique()), 5);
}

TEST(Task, RethrowsWhatItThrew) {
  EXPECT_THROW(sync_wait(refusing()), error);
  EXPECT_THROW(sync_wait(broken()), std::runtime_error);
}

TEST(AsResult, TurnsErrorsIntoValues) {
  auto const nothing = []() -> task<void> { co_return; };

  EXPECT_EQ(sync_wait(as_result(seven())).value(), 7);
  EXPECT_TRUE(sync_wait(as_result(nothing())));
  EXPECT_EQ(sync_wait(as_result(refusing())).error().code, errc::conflict);
}

TEST(AsResult, LetsOtherExceptionsPass) { EXPECT_THROW((void)sync_wait(as_result(broken())), std::runtime_error); }

task<int> one() { co_return 1; }

// A callback that blocks on another operation, in the middle of one.
task<int> nested() {
  auto const inner = sync_wait(one());
  co_return inner + co_await one();
}

TEST(SyncWait, MayBeNested) { EXPECT_EQ(sync_wait(nested()), 2); }

}  // namespace
}  // namespace sambung::task_test
