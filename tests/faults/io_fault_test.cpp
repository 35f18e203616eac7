// The disk refuses an operation of the scenario, once or for a while: calls fail with an error that says so, and the
// same process goes on.
#include "faults/disk_shim.hpp"
#include "faults/scenario/sqlite_session.hpp"
#include "faults/traced_scenario.hpp"
#include "support/settings.hpp"
#include "temporary_folder.hpp"

#include <sambung/engine/standard_schema.hpp>
#include <sambung/records/active_turn.hpp>
#include <sambung/storage/collection.hpp>
#include <sambung/storage/sqlite/sqlite.hpp>
#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>

#include <atomic>
#include <cerrno>
#include <random>
#include <thread>

namespace sambung::tests::io_fault_test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t a_while = 6;  // operations of one kind

// Operations `first` to `last` of one kind fail.
struct refusal {
  disk_action action;
  std::size_t first = 1;
  std::size_t last = 1;
  int code = SQLITE_IOERR;
  std::size_t done = 0;  // so many bytes of a write are written all the same
};

std::string_view name_of(disk_action action) {
  switch (action) {
    case disk_action::create:
      return "create";
    case disk_action::open:
      return "open";
    case disk_action::read:
      return "read";
    case disk_action::write:
      return "write";
    case disk_action::truncate:
      return "truncate";
    case disk_action::sync:
      return "sync";
    case disk_action::sync_folder:
      return "sync_folder";
    case disk_action::erase:
      return "erase";
    case disk_action::grow_index:
      return "grow_index";
  }
  return "";
}

// What SQLite's own VFS says when the system says EIO or ENOSPC.
std::vector<int> codes_of(disk_action action) {
  switch (action) {
    case disk_action::create:
    case disk_action::open:
      return {SQLITE_CANTOPEN};
    case disk_action::read:
      return {SQLITE_IOERR_READ};
    case disk_action::write:
      return {SQLITE_IOERR_WRITE, SQLITE_FULL};
    case disk_action::truncate:
      return {SQLITE_IOERR_TRUNCATE};
    case disk_action::sync:
      return {SQLITE_IOERR_FSYNC};
    case disk_action::sync_folder:
      return {};  // it does not look at the outcome
    case disk_action::erase:
      return {SQLITE_IOERR_DELETE};
    case disk_action::grow_index:
      return {SQLITE_IOERR_SHMSIZE};
  }
  return {};
}

// The files as a process would leave them that is killed now, judged.
std::vector<fault> judge_as_killed(std::filesystem::path const& file, history const& told) {
  testing::temporary_folder folder;
  auto const copy = folder.path() / file.filename();
  for (auto const* suffix : {"", "-wal"})
    if (std::filesystem::exists(file.string() + suffix))
      std::filesystem::copy_file(file.string() + suffix, copy.string() + suffix);
  return judge(copy, told);
}

// While it lives the system finds no room to open one file for writing; SQLite lets its calls be replaced.
class unwritable_file {
 public:
  explicit unwritable_file(std::string path) : vfs_(sqlite3_vfs_find("unix")) {
    path_ = std::move(path);
    real_ = reinterpret_cast<opening>(vfs_->xGetSystemCall(vfs_, "open"));
    vfs_->xSetSystemCall(vfs_, "open", reinterpret_cast<sqlite3_syscall_ptr>(&open));
  }
  ~unwritable_file() { vfs_->xSetSystemCall(vfs_, "open", nullptr); }
  unwritable_file(unwritable_file const&) = delete;
  unwritable_file& operator=(unwritable_file const&) = delete;

 private:
  using opening = int (*)(char const*, int, int);

  static int open(char const* path, int flags, int mode) {
    if (path != path_ || (flags & O_ACCMODE) == O_RDONLY) return real_(path, flags, mode);
    errno = ENOSPC;
    return -1;
  }

  static inline std::string path_;
  static inline opening real_ = nullptr;

  sqlite3_vfs* const vfs_;
};

class RefusingDisk : public ::testing::Test {
 protected:
  // How many operations of each kind the scenario needs.
  std::map<disk_action, std::size_t> count(std::uint64_t seed) {
    std::map<disk_action, std::size_t> counts;
    std::mutex mutex;
    disk_shim const shim(real_syncs::no, [&](disk_operation const& operation) {
      std::lock_guard lock(mutex);
      ++counts[operation.action];
      return verdict();
    });
    testing::temporary_folder folder;
    durable_scenario scenario(folder.path() / "chat.db", [](history_event const&) {});
    scenario.work.seed = seed;
    run(scenario);
    return counts;
  }

  void refuse(std::uint64_t seed, refusal const& what) {
    SCOPED_TRACE(std::string(name_of(what.action)) + " " + std::to_string(what.first) + " to " +
                 std::to_string(what.last) + " is refused with " + std::to_string(what.code) + ", seed " +
                 std::to_string(seed));
    std::atomic<std::size_t> seen = 0;
    std::atomic<bool> broken = true;
    disk_shim const shim(real_syncs::no, [&](disk_operation const& operation) {
      if (operation.action != what.action || !broken) return verdict();
      auto const number = ++seen;
      if (number < what.first || number > what.last) return verdict();
      ++refused_;
      return verdict{what.code, what.done};
    });
    testing::temporary_folder folder;
    auto const file = folder.path() / "chat.db";
    history_collector collector;
    durable_scenario scenario(file, [&](history_event event) { collector.add(std::move(event)); });
    scenario.work.seed = seed;
    scenario.before_end = [&](sqlite_session& session) {
      broken = false;
      auto const faults = history_checker(session.chat_engine(), session.store()).faults_in(collector.taken());
      EXPECT_TRUE(faults.empty()) << "in the process that saw the fault:\n" << to_string(faults);
      auto const after_kill = judge_as_killed(file, collector.taken());
      EXPECT_TRUE(after_kill.empty()) << "had it been killed then:\n" << to_string(after_kill);
    };
    try {
      run(scenario);
    } catch (error const& e) {
      ADD_FAILURE() << "the scenario did not recover: " << to_string(e.code()) << ", " << e.what();
    }
    broken = false;
    auto const faults = judge(file, collector.taken());
    EXPECT_TRUE(faults.empty()) << "after a restart:\n" << to_string(faults);
    ++points_;
  }

  void refuse_once_and_for_a_while(std::uint64_t seed, disk_action action, std::size_t number) {
    for (int const code : codes_of(action)) {
      // Half of a write may have reached the disk before it failed.
      std::size_t const done = number % 2 == 0 ? 2'000 : 0;
      refuse(seed, {action, number, number, code, done});
      refuse(seed, {action, number, number + a_while, code, done});
    }
  }

  std::size_t points_ = 0;
  std::size_t refused_ = 0;
};

TEST_F(RefusingDisk, IsSurvivedWithoutARestart) {
  auto const seed = setting("SAMBUNG_SEED", 1);
  auto const of_each = setting("SAMBUNG_IO_FAULTS", 5);
  std::mt19937_64 random(seed);
  auto const counts = count(seed);
  for (auto const action : {disk_action::create, disk_action::open, disk_action::write, disk_action::sync})
    ASSERT_TRUE(counts.contains(action)) << name_of(action);

  for (auto const& [action, most] : counts)
    for (std::size_t i = 0; i < of_each && i < most && !HasFailure(); ++i) {
      // As many as there are: each of them.
      auto const number = of_each >= most ? i + 1 : std::uniform_int_distribution<std::size_t>(1, most)(random);
      refuse_once_and_for_a_while(seed, action, number);
    }

  std::cout << points_ << " runs, " << refused_ << " refused operations\n";
  EXPECT_GE(refused_, points_ / 2);
}

// What reads was opened before there were tables, and learns of them from the disk.
TEST_F(RefusingDisk, IsNotTakenForATableThatIsNotThere) {
  std::atomic<bool> broken = false;
  disk_shim const shim(real_syncs::no, [&](disk_operation const& operation) {
    return broken && operation.action == disk_action::read ? verdict{SQLITE_IOERR_READ} : verdict();
  });
  testing::temporary_folder folder;
  auto const store = open_sqlite(sqlite_options(folder.path() / "chat.db")).value();
  sync_wait(store->migrate(standard_schema())).value();
  collection<active_turn> const turns(*store, testing::tenant_scope(tenant_id()));
  auto const look = [&] { return sync_wait(turns.get(message_id())); };

  broken = true;
  auto const refused = look();
  broken = false;

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unavailable) << refused.error().sensitive;
  EXPECT_EQ(look().error().code, errc::not_found);
}

// SQLite then opens it for reading, and says so with the first write only.
TEST_F(RefusingDisk, DoesNotLeaveAWriterThatMayOnlyRead) {
  for (auto const* refused : {"chat.db", "chat.db-wal"}) {
    SCOPED_TRACE(refused);
    testing::temporary_folder origin, folder;
    auto const store = open_sqlite(sqlite_options(origin.path() / "chat.db")).value();
    sync_wait(store->migrate(standard_schema())).value();
    for (auto const* name : {"chat.db", "chat.db-wal"})
      std::filesystem::copy_file(origin.path() / name, folder.path() / name);
    sqlite_options const left(folder.path() / "chat.db");

    std::optional<unwritable_file> full(folder.path() / refused);
    auto const opened = open_sqlite(left);
    full.reset();

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, errc::unavailable) << opened.error().sensitive;
    EXPECT_TRUE(sync_wait(open_sqlite(left).value()->migrate(standard_schema())));
  }
}

TEST_F(RefusingDisk, IsNotTakenForOneThatSomebodyElseWritesTo) {
  testing::temporary_folder folder;
  sqlite_options const file(folder.path() / "chat.db");
  sync_wait(open_sqlite(file).value()->migrate(standard_schema())).value();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file.path.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);

  auto const opened = open_sqlite(file);

  EXPECT_TRUE(opened) << opened.error().sensitive;
  sqlite3_close(other);
}

TEST_F(RefusingDisk, IsSurvivedWhenTheSystemItselfRefuses) {
  if (!can_trace()) GTEST_SKIP() << "strace is not there, or may not trace here (ptrace refused)";
  auto const seed = setting("SAMBUNG_SEED", 1);
  auto const of_each = setting("SAMBUNG_SYSTEM_FAULTS", 2);
  std::mt19937_64 random(seed);
  std::size_t runs = 0;

  // Without "write": the pipe of the history is not the disk. Behind the start: strace counts for each thread, so that
  // a start that is repeated would meet its faults again and again; RefusingDisk.IsSurvivedWithoutARestart has those.
  auto ranges = traced_scenario(seed).count({"pwrite64", "fdatasync", "openat", "unlink", "ftruncate", "write"});
  ranges.erase("write");
  for (auto const& [call, range] : ranges) {
    auto const there = range.last + 1 - std::min(range.settled, range.last + 1);
    for (std::size_t i = 0; i < of_each && i < there; ++i)
      for (auto const* how : {"EIO", "ENOSPC"}) {
        auto const number = range.settled + (of_each >= there ? i : random() % there);
        auto const last = number + (i % 2 == 0 ? 0 : a_while);
        auto const inject = call + ":error=" + how + ":when=" + std::to_string(number) + ".." + std::to_string(last);
        SCOPED_TRACE(inject);
        traced_scenario scenario(seed);
        EXPECT_EQ(scenario.run(inject), 0);
        auto const faults = judge(scenario.file(), scenario.told());
        EXPECT_TRUE(faults.empty()) << to_string(faults);
        ++runs;
      }
  }

  std::cout << runs << " runs\n";
}

}  // namespace
}  // namespace sambung::tests::io_fault_test
