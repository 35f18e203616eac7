// The scenario is killed at its system calls, one after the other: what it was told is there afterwards.
#include "faults/scenario/sqlite_session.hpp"
#include "faults/traced_scenario.hpp"
#include "support/settings.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sambung::tests::kill_test {
namespace {

// Every call by which the scenario changes a file or says what it was told.
std::vector<std::string> const calls{"pwrite64",  "write",  "fdatasync", "fsync", "unlink",
                                     "ftruncate", "openat", "fchown",    "flock", "mmap"};

class KilledScenario : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!can_trace()) GTEST_SKIP() << "strace is not there, or may not trace here (ptrace refused)";
  }

  // Whether the scenario died; what is wrong afterwards is a failure of the test.
  bool kill_at(std::uint64_t seed, std::string const& call, std::size_t number) {
    SCOPED_TRACE(call + " " + std::to_string(number) + ", seed " + std::to_string(seed));
    traced_scenario scenario(seed);
    int const status = scenario.run(call + ":signal=KILL:when=" + std::to_string(number));
    bool const killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    EXPECT_TRUE(killed || status == 0) << "the scenario failed by itself: " << status;
    auto const faults = judge(scenario.file(), scenario.told());
    EXPECT_TRUE(faults.empty()) << to_string(faults);
    acknowledged_ += scenario.told().size();
    points_ += killed;
    return killed;
  }

  // Some points of every call, at random.
  void kill_at_a_spread(std::uint64_t seed, std::size_t wanted) {
    std::mt19937_64 random(seed);
    auto const ranges = traced_scenario(seed).count(calls);
    for (auto const* call : {"pwrite64", "fdatasync", "write", "openat"})
      EXPECT_TRUE(ranges.contains(call)) << "the scenario never calls " << call;
    for (auto const& [call, range] : ranges)
      for (std::size_t i = 0; i < wanted / ranges.size(); ++i)
        kill_at(seed, call, std::uniform_int_distribution(range.first, range.last)(random));
    EXPECT_GE(points_, wanted / 2) << "most points must be reached";
  }

  // Every point of every call, seed after seed until there were so many.
  void kill_everywhere(std::uint64_t seed, std::size_t wanted) {
    for (; points_ < wanted && !HasFailure(); ++seed)
      for (auto const& [call, range] : traced_scenario(seed).count(calls))
        for (auto number = range.first; !HasFailure() && kill_at(seed, call, number); ++number) {
        }
  }

  std::size_t points_ = 0;
  std::size_t acknowledged_ = 0;
};

TEST_F(KilledScenario, LosesNothingDoublesNothingAndLeavesNothingStreaming) {
  auto const seed = setting("SAMBUNG_SEED", 1);

  if (auto const wanted = setting("SAMBUNG_KILL_POINTS", 0)) kill_everywhere(seed, wanted);
  else kill_at_a_spread(seed, 40);

  std::cout << points_ << " kill points, " << acknowledged_ << " lines of history\n";
}

}  // namespace
}  // namespace sambung::tests::kill_test
