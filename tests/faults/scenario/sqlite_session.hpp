// sqlite_session: one engine on a SQLite file, from its start to its clean end; and what an operator does to the file.
#pragma once

#include "faults/scenario/history_checker.hpp"
#include "faults/scenario/workload.hpp"

#include <sambung/storage/sqlite/sqlite.hpp>

#include <boost/asio/thread_pool.hpp>

#include <filesystem>

namespace sambung::tests {

class sqlite_session {
 public:
  // Throws error when the file cannot be opened or the engine does not start. Lifetime: `story` outlives it.
  sqlite_session(sqlite_options const& file, story_provider& story);
  sqlite_session(sqlite_options const& file, engine_options options);

  engine& chat_engine() { return *engine_; }
  storage& store() { return *store_; }

  // Ends it cleanly. Without it the destructor leaves everything as it is.
  void shut_down();

 private:
  std::shared_ptr<storage> store_;
  boost::asio::thread_pool io_{1};
  std::unique_ptr<engine> engine_;
};

enum class checkpoint { passive, truncate };

// Moves the log into the database as an operator might, beside the engine; one that finds it busy does nothing.
void run_checkpoint(std::filesystem::path const& file, checkpoint how);

// "ok", or what PRAGMA integrity_check finds.
std::string integrity(std::filesystem::path const& file);

// What a fresh engine on the file, a history_checker and SQLite itself find wrong. Repeats every keyed call.
std::vector<fault> judge(std::filesystem::path const& file, history const& told);

// The workload in two sessions with a clean end between them, and a checkpoint in each. `before_end` sees the second
// session before it ends.
struct durable_scenario {
  durable_scenario(std::filesystem::path path, history_sink sink_) : file(std::move(path)), sink(std::move(sink_)) {}

  sqlite_options file;
  workload_options work;
  history_sink sink;
  std::function<void(sqlite_session&)> before_end = [](sqlite_session&) {};
};

void run(durable_scenario const& what);

}  // namespace sambung::tests
