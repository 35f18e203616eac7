#include "faults/scenario/sqlite_session.hpp"

#include <sqlite3.h>

#include <thread>

namespace sambung::tests {
namespace {

struct closer {
  void operator()(sqlite3* c) const { sqlite3_close(c); }
};
using connection = std::unique_ptr<sqlite3, closer>;

connection open_beside(std::filesystem::path const& file) {
  sqlite3* made = nullptr;
  int const code = sqlite3_open_v2(file.c_str(), &made, SQLITE_OPEN_READWRITE, nullptr);
  connection opened(made);
  return code == SQLITE_OK ? std::move(opened) : nullptr;
}

// Ends it cleanly; while storage is away that is repeated.
void shut_down_patiently(sqlite_session& session, std::chrono::milliseconds patience) {
  auto const give_up = std::chrono::steady_clock::now() + patience;
  for (;;) {
    try {
      return session.shut_down();
    } catch (error const& e) {
      if (e.code() != errc::unavailable || std::chrono::steady_clock::now() >= give_up) throw;
    }
  }
}

// Opens a session; while storage is away that is repeated.
std::unique_ptr<sqlite_session> open_patiently(durable_scenario const& what, story_provider& story) {
  auto const give_up = std::chrono::steady_clock::now() + what.work.patience;
  for (;;) {
    try {
      return std::make_unique<sqlite_session>(what.file, story);
    } catch (error const& e) {
      if (e.code() != errc::unavailable || std::chrono::steady_clock::now() >= give_up) throw;
    }
  }
}

}  // namespace

sqlite_session::sqlite_session(sqlite_options const& file, story_provider& story)
    : sqlite_session(file, story_engine(story, nullptr)) {}

sqlite_session::sqlite_session(sqlite_options const& file, engine_options options) : store_(open_sqlite(file).value()) {
  options.storage = store_;
  engine_ = std::make_unique<engine>(io_.get_executor(), std::move(options));
  sync_wait(engine_->start());
}

void sqlite_session::shut_down() { sync_wait(engine_->shutdown(std::chrono::seconds(5))); }

void run_checkpoint(std::filesystem::path const& file, checkpoint how) {
  auto const opened = open_beside(file);
  if (!opened) return;
  int const mode = how == checkpoint::passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
  sqlite3_wal_checkpoint_v2(opened.get(), nullptr, mode, nullptr, nullptr);
}

std::string integrity(std::filesystem::path const& file) {
  auto const opened = open_beside(file);
  if (!opened) return "cannot be opened";
  std::string found;
  auto const append = [](void* to, int, char** columns, char**) {
    *static_cast<std::string*>(to) += columns[0] ? columns[0] : "";
    return 0;
  };
  int const code = sqlite3_exec(opened.get(), "PRAGMA integrity_check", append, &found, nullptr);
  return code == SQLITE_OK ? found : sqlite3_errmsg(opened.get());
}

std::vector<fault> judge(std::filesystem::path const& file, history const& told) {
  std::vector<fault> found;
  try {
    story_provider story;
    story.never_pause();
    sqlite_session session{sqlite_options(file), story};
    found = history_checker(session.chat_engine(), session.store()).faults_in(told);
    session.shut_down();
  } catch (error const& e) {
    found.push_back({fault_kind::refused, std::string("opening the database: ") + e.what()});
  }
  if (auto const state = integrity(file); state != "ok") found.push_back({fault_kind::damaged, state});
  return found;
}

void run(durable_scenario const& what) {
  story_provider story;
  workload work(what.work, story, what.sink);
  {
    auto const first = open_patiently(what, story);
    work.settle(first->chat_engine());
    work.play(first->chat_engine(), [&] { run_checkpoint(what.file.path, checkpoint::passive); });
    shut_down_patiently(*first, what.work.patience);
  }
  auto const second = open_patiently(what, story);
  work.play(second->chat_engine(), [&] { run_checkpoint(what.file.path, checkpoint::truncate); });
  story.never_pause();
  what.before_end(*second);
  shut_down_patiently(*second, what.work.patience);
}

}  // namespace sambung::tests
