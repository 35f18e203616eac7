// traced_scenario: the scenario in a process of its own under strace, which can kill it or fail its calls.
#pragma once

#include "faults/scenario/history.hpp"
#include "temporary_folder.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace sambung::tests {

// Whether strace is there and may trace.
bool can_trace();

// The calls of one kind that concern the database or tell its history, counted as strace counts: for each thread.
struct call_range {
  std::size_t first = 0;
  std::size_t settled = 1;  // one more than any thread had when the first word of the history was said
  std::size_t last = 0;
};

class traced_scenario {
 public:
  explicit traced_scenario(std::uint64_t seed) : seed_(seed) {}

  // Runs it with `inject`, e.g. "fsync:signal=KILL:when=3"; gives waitpid's status.
  int run(std::string const& inject);

  // Runs it undisturbed and counts.
  std::map<std::string, call_range> count(std::vector<std::string> const& calls);

  history const& told() const { return told_; }
  std::filesystem::path file() const { return folder_.path() / "chat.db"; }

 private:
  int run_traced(std::vector<std::string> options);

  std::uint64_t const seed_;
  testing::temporary_folder folder_;
  history told_;
};

}  // namespace sambung::tests
