// Snapshots of SQLite files: beside a writer, after one, and where nothing may be written.
#include <sambung/storage/sqlite/sqlite.hpp>
#include <sambung/testing/scopes.hpp>

#include "temporary_folder.hpp"
#include "testing/probe.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

namespace sambung::sqlite_snapshot_test {
namespace {

using testing::numbered;
using testing::probe_counter;
using testing::probe_schema;
using testing::probe_setting;

scope ours() { return testing::tenant_scope(tenant_id{numbered(1)}); }

class SqliteSnapshot : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return folder.path() / "chat.db"; }
  std::shared_ptr<storage> writer() const {
    auto made = open_sqlite(sqlite_options(path())).value();
    sync_wait(made->migrate(probe_schema())).value();
    return made;
  }
  std::shared_ptr<storage> snapshot() const {
    auto made = open_sqlite_snapshot(path()).value();
    sync_wait(made->migrate(probe_schema())).value();
    return made;
  }
  bool is_there(std::string const& suffix) const { return std::filesystem::exists(path().string() + suffix); }

  testing::temporary_folder folder;
};

// Adds one to both counters at once.
result<receipt> count_both(storage& in) {
  batch b;
  for (auto const* name : {"first", "second"}) b.add(increment(probe_counter{name, 1, 0, ""}, &probe_counter::hits));
  return sync_wait(in.write(ours(), std::move(b)));
}

std::int64_t hits(storage& in, std::string const& name) {
  collection<probe_counter> const counters(in, ours());
  return sync_wait(counters.get(name)).value().hits;
}

TEST_F(SqliteSnapshot, IsConsistentBesideAWriter) {
  auto const live = writer();
  count_both(*live).value();
  std::atomic<bool> stop = false;
  std::atomic<std::int64_t> written = 1;
  std::thread busy([&] {
    while (!stop) {
      count_both(*live).value();
      ++written;
      written.notify_all();
    }
  });
  std::int64_t last = 0;

  for (int i = 0; i < 20; ++i) {
    auto const still = snapshot();
    auto const first = hits(*still, "first");
    for (auto seen = written.load(), later = seen + 3; seen < later; seen = written.load()) written.wait(seen);
    EXPECT_EQ(hits(*still, "second"), first);
    EXPECT_EQ(hits(*still, "first"), first);
    EXPECT_GE(first, last);
    last = first;
  }
  stop = true;
  busy.join();

  EXPECT_GT(hits(*live, "first"), last);
}

TEST_F(SqliteSnapshot, ReadsAFileThatNobodyHasOpen) {
  count_both(*writer()).value();
  ASSERT_FALSE(is_there("-wal"));
  ASSERT_FALSE(is_there("-shm"));
  std::filesystem::remove(path().string() + "-lock");

  EXPECT_EQ(hits(*snapshot(), "second"), 1);

  EXPECT_FALSE(is_there("-wal"));
  EXPECT_FALSE(is_there("-shm"));
  EXPECT_FALSE(is_there("-lock"));
  EXPECT_EQ(hits(*writer(), "second"), 1);
}

TEST_F(SqliteSnapshot, OutlivesTheWriterAndKeepsWhatThatWrote) {
  auto live = writer();
  count_both(*live).value();
  auto still = snapshot();
  count_both(*live).value();

  live.reset();
  EXPECT_EQ(hits(*still, "first"), 1);
  still.reset();

  EXPECT_FALSE(is_there("-wal"));
  EXPECT_EQ(hits(*snapshot(), "first"), 2);
}

TEST_F(SqliteSnapshot, TakesNoLock) {
  auto const live = writer();
  count_both(*live).value();
  auto const one = snapshot();
  auto const another = snapshot();

  count_both(*live).value();

  EXPECT_EQ(hits(*one, "first"), 1);
  EXPECT_EQ(hits(*another, "first"), 1);
}

TEST_F(SqliteSnapshot, RefusesWritesAndLeavesTheFileAsItIs) {
  count_both(*writer()).value();
  auto const still = snapshot();

  EXPECT_EQ(count_both(*still).error().code, errc::unsupported);

  EXPECT_EQ(hits(*still, "first"), 1);
}

TEST_F(SqliteSnapshot, FindsWords) {
  {
    auto const live = writer();
    batch b;
    b.add(insert(probe_setting{1, "Apa khabar"}));
    sync_wait(live->write(testing::system_scope(), b)).value();
  }

  auto const found = sync_wait(snapshot()->search(testing::system_scope(), text_query("probe_settings", "KHABAR")));

  ASSERT_TRUE(found);
  EXPECT_EQ(found->items.size(), 1U);
}

TEST_F(SqliteSnapshot, IsWellWhileItsFileIs) {
  count_both(*writer()).value();

  auto const still = snapshot();

  EXPECT_TRUE(sync_wait(still->check()));
  EXPECT_EQ(still->backend(), "sqlite");
}

TEST_F(SqliteSnapshot, NeverMakesAFile) {
  auto const missing = open_sqlite_snapshot(path());

  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, errc::not_found);
  EXPECT_NE(missing.error().message.find(path().string()), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(SqliteSnapshot, RefusesWhatIsNoDatabase) {
  std::ofstream(path()) << std::string(4'096, 'x');

  auto const refused = open_sqlite_snapshot(path());

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::data_loss);
  EXPECT_NE(refused.error().message.find(path().string()), std::string::npos);
}

schema_ref versions(int latest) {
  auto module = module_schema("probes").table<testing::probe>().table<probe_counter>().table<probe_setting>();
  for (int version = 2; version <= latest; ++version) module.migrate(version, {});
  return std::make_shared<schema const>(std::vector<module_schema>{module});
}

TEST_F(SqliteSnapshot, ComparesVersionsAndMigratesNothing) {
  sync_wait(open_sqlite(sqlite_options(path())).value()->migrate(versions(2))).value();
  auto const still = open_sqlite_snapshot(path()).value();

  auto const older = sync_wait(still->migrate(versions(1)));
  auto const newer = sync_wait(still->migrate(versions(3)));
  auto const equal = sync_wait(still->migrate(versions(2)));

  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, errc::unsupported);
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, errc::unsupported);
  EXPECT_TRUE(equal);
}

TEST_F(SqliteSnapshot, RefusesAFileWithModulesThatTheSchemaLacks) {
  auto const extra = module_schema("more").table<probe_setting>();
  auto const small = module_schema("probes").table<testing::probe>().table<probe_counter>();
  auto const both = std::make_shared<schema const>(std::vector<module_schema>{small, extra});
  auto const one = std::make_shared<schema const>(std::vector<module_schema>{small});
  sync_wait(open_sqlite(sqlite_options(path())).value()->migrate(both)).value();
  auto const still = open_sqlite_snapshot(path()).value();

  auto const refused = sync_wait(still->migrate(one));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unsupported);
  EXPECT_NE(refused.error().message.find("more"), std::string::npos);
  EXPECT_TRUE(sync_wait(still->migrate(both)));
}

TEST_F(SqliteSnapshot, RefusesAnEmptyFile) {
  std::ofstream(path()).flush();
  auto const still = open_sqlite_snapshot(path()).value();

  EXPECT_EQ(sync_wait(still->migrate(probe_schema())).error().code, errc::unsupported);
}

// As somebody who may read the folder and not write to it.
class reading_only {
 public:
  explicit reading_only(std::filesystem::path folder) : folder_(std::move(folder)), who_(::geteuid()) {
    for (auto const& entry : std::filesystem::directory_iterator(folder_)) permit(entry.path(), 0444);
    permit(folder_, 0555);
    if (who_ == 0 && ::seteuid(65'534) != 0) throw std::runtime_error("cannot become nobody");
  }
  ~reading_only() {
    if (::seteuid(who_) == 0) permit(folder_, 0700);
  }
  reading_only(reading_only const&) = delete;
  reading_only& operator=(reading_only const&) = delete;

 private:
  static void permit(std::filesystem::path const& what, unsigned mode) {
    std::filesystem::permissions(what, static_cast<std::filesystem::perms>(mode));
  }
  std::filesystem::path folder_;
  ::uid_t who_;
};

TEST_F(SqliteSnapshot, ReadsAClosedFileWhereItMayNotWrite) {
  count_both(*writer()).value();
  reading_only const limited(folder.path());

  EXPECT_EQ(hits(*snapshot(), "first"), 1);
  EXPECT_FALSE(is_there("-wal"));
}

TEST_F(SqliteSnapshot, ReadsAnOpenFileWhereItMayNotWrite) {
  auto const live = writer();
  count_both(*live).value();
  reading_only const limited(folder.path());

  EXPECT_EQ(hits(*snapshot(), "first"), 1);
}

// What a killed writer leaves: the file and its log.
void leave_as_killed(std::filesystem::path const& from, std::filesystem::path const& to) {
  for (auto const* suffix : {"", "-wal", "-shm"})
    std::filesystem::copy_file(from.string() + suffix, to.string() + suffix);
}

TEST_F(SqliteSnapshot, ReadsWhatAKilledWriterLeft) {
  auto const live = writer();
  count_both(*live).value();
  testing::temporary_folder left;
  leave_as_killed(path(), left.path() / "chat.db");
  reading_only const limited(left.path());

  auto const still = open_sqlite_snapshot(left.path() / "chat.db").value();

  ASSERT_TRUE(sync_wait(still->migrate(probe_schema())));
  EXPECT_EQ(hits(*still, "first"), 1);
}

TEST_F(SqliteSnapshot, NoticesAWriterThatItCouldNotLock) {
  count_both(*writer()).value();
  std::optional<reading_only> limited(folder.path());
  auto const still = snapshot();
  EXPECT_EQ(hits(*still, "first"), 1);
  limited.reset();
  std::filesystem::permissions(path(), std::filesystem::perms(0600));

  count_both(*writer()).value();

  auto const read = sync_wait(still->read(ours(), query("probe_counters")));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, errc::unavailable);
}

TEST_F(SqliteSnapshot, ReadsAPathWithEverySpecialCharacter) {
  auto const odd = folder.path() / "50% of #1? & more.db";
  auto made = open_sqlite(sqlite_options(odd)).value();
  sync_wait(made->migrate(probe_schema())).value();
  count_both(*made).value();
  made.reset();
  {
    auto const still = open_sqlite_snapshot(odd).value();
    ASSERT_TRUE(sync_wait(still->migrate(probe_schema())));
    EXPECT_EQ(hits(*still, "first"), 1);
  }
  reading_only const limited(folder.path());

  auto const still = open_sqlite_snapshot(odd).value();
  ASSERT_TRUE(sync_wait(still->migrate(probe_schema())));
  EXPECT_EQ(hits(*still, "first"), 1);
}

}  // namespace
}  // namespace sambung::sqlite_snapshot_test
