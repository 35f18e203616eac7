// sambung_durable_scenario FILE SEED: runs the workload on a SQLite file and prints each line of its history right
// after the engine gave the word for it. Somebody may kill it at any moment. Exits with 0 when it came to its end.
#include "faults/scenario/sqlite_session.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

namespace {

constexpr unsigned patience_seconds = 60;  // a scenario that hangs ends by SIGALRM

}  // namespace

int main(int count, char** arguments) {
  using namespace sambung;
  if (count != 3) return 2;
  ::alarm(patience_seconds);
  std::mutex mutex;
  tests::durable_scenario what(arguments[1], [&](tests::history_event const& event) {
    auto const line = tests::to_line(event) + '\n';
    std::lock_guard lock(mutex);
    // One write for one line: it is said or it is not.
    if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::_Exit(3);
  });
  what.work.seed = std::strtoull(arguments[2], nullptr, 10);
  try {
    tests::run(what);
  } catch (error const& e) {
    std::cerr << to_string(e.code()) << ": " << e.what() << '\n';
    return 1;
  }
  return 0;
}
