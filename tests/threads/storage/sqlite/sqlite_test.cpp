// What only SQLite promises: files, locks, crashes, full disks, migrations.
#include <sambung/storage/sqlite/sqlite.hpp>
#include <sambung/testing/scopes.hpp>

#include "support/library.hpp"
#include "temporary_folder.hpp"
#include "testing/probe.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

namespace sambung::sqlite_test {
namespace {

namespace after = tests::after;
namespace before = tests::before;
using testing::numbered;
using testing::probe;
using testing::probe_counter;
using testing::probe_id;
using testing::probe_setting;
using tests::new_library;
using tests::old_library;

scope ours() { return testing::tenant_scope(tenant_id{numbered(1)}); }

// Short rows, which are kept by their key, and the same ones when they are searched.
namespace unsearched {
struct shelf {
  std::int64_t number = 0;
  std::string label;
};
BOOST_DESCRIBE_STRUCT(shelf, (), (number, label))
inline auto describe_record(record_of<shelf>) {
  return record<shelf>("shelves").text(&shelf::label, 1, 100).index(&shelf::label);
}
}  // namespace unsearched

namespace searched {
struct shelf {
  std::int64_t number = 0;
  std::string label;
};
BOOST_DESCRIBE_STRUCT(shelf, (), (number, label))
inline auto describe_record(record_of<shelf>) {
  return record<shelf>("shelves").text(&shelf::label, 1, 100).index(&shelf::label).searchable(&shelf::label);
}
}  // namespace searched

template <class R>
schema_ref schema_of() {
  return std::make_shared<schema const>(std::vector<module_schema>{module_schema("library").table<R>()});
}

struct page_of_book {
  std::int64_t number = 0;
  bool printed = false;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(page_of_book, (), (number, printed, text))
inline auto describe_record(record_of<page_of_book>) {
  return record<page_of_book>("pages").searchable(&page_of_book::text);
}

struct parcel {
  std::int64_t number = 0;
  binary content;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (number, content))
inline auto describe_record(record_of<parcel>) { return record<parcel>("parcels"); }

class SqliteFile : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "test.db"; }

  sqlite_options options() const {
    sqlite_options made(path());
    made.lock_wait = std::chrono::milliseconds(0);
    return made;
  }
  std::shared_ptr<storage> open() const { return open(options()); }
  std::shared_ptr<storage> open(sqlite_options const& how) const {
    auto store = open_sqlite(how).value();
    sync_wait(store->migrate(testing::probe_schema())).value();
    return store;
  }

  // Runs SQL beside Sambung, as an operator might.
  std::string sql(std::string const& text) const {
    sqlite3* connection = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &connection), SQLITE_OK);
    std::string out;
    auto const append = [](void* to, int count, char** columns, char**) {
      for (int i = 0; i < count; ++i) *static_cast<std::string*>(to) += std::string(columns[i] ? columns[i] : "") + '|';
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(connection, text.c_str(), append, &out, nullptr), SQLITE_OK) << sqlite3_errmsg(connection);
    sqlite3_close(connection);
    return out;
  }

  // Of a text that has pages of its own, and nothing else; one names the next in its first four bytes
  // (https://www.sqlite.org/fileformat2.html, 1.6).
  void lose_a_page_with(std::string const& words) const {
    constexpr std::size_t page = 4096;
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    std::string all((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    for (std::size_t at = 0; at + page <= all.size(); at += page) {
      auto const content = std::string_view(all).substr(at + 4, 4 * words.size());
      if (content.find(words + words) == content.npos) continue;
      file.clear();
      file.seekp(static_cast<std::streamoff>(at));
      file.write("\xFF\xFF\xFF\xFF", 4);
      return;
    }
    FAIL() << "no page with " << words;
  }

  static result<receipt> put(storage& store, std::int64_t number, std::size_t bytes = 0) {
    probe_counter c;
    c.name = "counter " + std::to_string(number);
    c.note = std::string(bytes, 'x');
    return sync_wait(store.write(ours(), batch().add(insert(c))));
  }
  // Probes of rank 1 to `count`.
  static result<receipt> put_probes(storage& store, std::uint64_t count) {
    batch b;
    for (std::uint64_t i = 1; i <= count; ++i) {
      probe p;
      p.id = probe_id{numbered(i)};
      p.rank = static_cast<std::int64_t>(i);
      b.add(insert(p));
    }
    return sync_wait(store.write(ours(), std::move(b)));
  }
  static std::size_t count(storage& store) {
    return sync_wait(store.read(ours(), query("probe_counters").limit(max_rows))).value().items.size();
  }

  testing::temporary_folder folder_;
};

TEST_F(SqliteFile, KeepsDataWhenItIsOpenedAgain) {
  put(*open(), 1).value();

  EXPECT_EQ(count(*open()), 1U);
}

TEST_F(SqliteFile, IsForItsOwnerOnly) {
  auto const store = open();
  put(*store, 1).value();
  for (auto const* suffix : {"", "-wal", "-shm", "-lock"}) {
    struct stat info{};
    ASSERT_EQ(::stat((path().string() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600U) << suffix;
  }
}

TEST_F(SqliteFile, RefusesASecondWriter) {
  auto const first = open();

  auto const second = open_sqlite(options());

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::unavailable);
  EXPECT_NE(second.error().message.find("test.db-lock"), std::string::npos) << second.error().message;
}

TEST_F(SqliteFile, WaitsForTheWriterBeforeIt) {
  auto first = open();
  auto patient = options();
  patient.lock_wait = std::chrono::seconds(30);
  std::thread closer([&] { first.reset(); });

  auto const second = open_sqlite(patient);
  closer.join();

  EXPECT_TRUE(second);
}

TEST_F(SqliteFile, OpensWhatAKilledProcessHeld) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  pid_t const child = ::fork();
  if (child == 0) {
    auto const store = open();
    for (std::int64_t number = 0;; ++number) {
      if (!put(*store, number)) ::_exit(1);
      if (::write(ready[1], &number, sizeof number) != sizeof number) ::_exit(1);
    }
  }
  ::close(ready[1]);
  std::int64_t acknowledged = -1;
  while (acknowledged < 50 && ::read(ready[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
  }
  ::kill(child, SIGKILL);
  while (::read(ready[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(ready[0]);

  auto const store = open();

  ASSERT_GE(acknowledged, 50);
  for (std::int64_t number = 0; number <= acknowledged; ++number)
    EXPECT_EQ(put(*store, number).error().code, errc::already_exists);
  EXPECT_EQ(sql("PRAGMA integrity_check"), "ok|");
}

TEST_F(SqliteFile, RefusesAFileThatIsNoDatabase) {
  std::ofstream(path()) << std::string(8192, 'x');

  auto const opened = open_sqlite(options());

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::data_loss);
}

// Somebody's shell, before the file is one of ours.
TEST_F(SqliteFile, IsContendedWhileSomebodyElseWritesToIt) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "CREATE TABLE notes (text); BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);

  auto const refused = open_sqlite(options());
  sqlite3_close(other);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unavailable);
  EXPECT_EQ(refused.error().message, "the database is contended");
  EXPECT_TRUE(open_sqlite(options()));
}

TEST_F(SqliteFile, RefusesAFolderThatIsNotThere) {
  EXPECT_EQ(open_sqlite(sqlite_options(folder_.path() / "no" / "test.db")).error().code, errc::unavailable);
  EXPECT_EQ(open_sqlite(sqlite_options("")).error().code, errc::unavailable);
}

// In the file itself, not by a storage that plays it.
TEST_F(SqliteFile, LosesNoMoreThanTheRowsThatAreDamaged) {
  {
    auto const store = open();
    for (std::uint64_t number = 1; number <= 4; ++number) {
      probe p;
      p.id = probe_id{numbered(number)};
      p.rank = static_cast<std::int64_t>(number);
      sync_wait(store->write(ours(), batch().add(insert(p)))).value();
    }
  }
  sql("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'probes'");
  sql("UPDATE probes SET weight = 'x' WHERE rank = 2; UPDATE probes SET id = x'00' WHERE rank = 3");
  auto const store = open();
  collection<probe> const probes(store, ours());

  auto const listed = sync_wait(probes.list(probes.all(), page_request(10))).value();
  ASSERT_EQ(listed.items.size(), 2U);
  EXPECT_EQ(listed.items[0].rank, 4);
  EXPECT_EQ(listed.items[1].rank, 1);
  EXPECT_EQ(listed.damaged, 2U);
  EXPECT_EQ(sync_wait(probes.get(probe_id{numbered(2)})).error().code, errc::data_loss);
  EXPECT_TRUE(sync_wait(store->write(ours(), batch().add(erase<probe>(probe_id{numbered(2)})))));
  EXPECT_EQ(sync_wait(probes.get(probe_id{numbered(2)})).error().code, errc::not_found);
}

// A list of tenants cannot go on behind what is no id.
TEST_F(SqliteFile, ReportsTheDamagedIdOfATenant) {
  {
    auto const store = open();
    probe const p;
    sync_wait(store->write(ours(), batch().add(insert(p)))).value();
  }
  sql("UPDATE probes SET tenant_id = x'00'");

  EXPECT_EQ(sync_wait(open()->tenants(testing::system_scope(), "probes", std::nullopt)).error().code, errc::data_loss);
}

TEST_F(SqliteFile, ReportsDamageInEveryTypeOfColumn) {
  {
    auto const store = open();
    for (std::uint64_t number = 1; number <= 5; ++number) {
      probe p;
      p.id = probe_id{numbered(number)};
      p.rank = static_cast<std::int64_t>(number);
      sync_wait(store->write(ours(), batch().add(insert(p)))).value();
    }
  }
  // SQLite itself holds to the types of a strict table.
  sql("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'probes'");
  sql("UPDATE probes SET active = 'x' WHERE rank = 1; UPDATE probes SET weight = 'x' WHERE rank = 2;"
      "UPDATE probes SET tags = x'41' WHERE rank = 3; UPDATE probes SET rank = 'x' WHERE rank = 4");
  auto const store = open();
  collection<probe> const probes(store, ours());
  auto const read = [&](std::uint64_t number) { return sync_wait(probes.get(probe_id{numbered(number)})); };

  for (std::uint64_t number = 1; number <= 4; ++number) EXPECT_EQ(read(number).error().code, errc::data_loss) << number;
  EXPECT_TRUE(read(5));
}

TEST_F(SqliteFile, ReportsDamageInBytes) {
  {
    auto const store = open_sqlite(options()).value();
    sync_wait(store->migrate(schema_of<parcel>())).value();
    parcel const one{1, binary(3)};
    sync_wait(store->write(ours(), batch().add(insert(one)))).value();
  }
  sql("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'parcels'");
  sql("UPDATE parcels SET content = 'text'");
  auto const store = open_sqlite(options()).value();
  sync_wait(store->migrate(schema_of<parcel>())).value();

  EXPECT_EQ(sync_wait(collection<parcel>(store, ours()).get(std::int64_t(1))).error().code, errc::data_loss);
}

TEST_F(SqliteFile, DoesNotTellCallersWhichTableIsGone) {
  auto const store = open();
  sql("DROP TABLE probe_counters");

  auto const refused = sync_wait(store->read(ours(), query("probe_counters")));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::internal);
  EXPECT_EQ(refused.error().message.find("probe_counters"), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().sensitive.find("probe_counters"), std::string::npos) << refused.error().sensitive;
}

TEST_F(SqliteFile, GoesOnReadingWhenTheDiskIsFull) {
  auto const store = open();
  put(*store, 1).value();
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit tight = before;
  tight.rlim_cur = 1'048'576;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);

  std::int64_t number = 2;
  auto outcome = put(*store, number, 60'000);
  while (outcome && number < 1'000) outcome = put(*store, ++number, 60'000);
  auto const again = put(*store, number, 60'000);
  auto const found = count(*store);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, errc::unavailable);
  EXPECT_EQ(again.error().code, errc::unavailable);
  EXPECT_EQ(found, static_cast<std::size_t>(number - 1));
  EXPECT_TRUE(put(*store, number, 60'000));
  EXPECT_EQ(count(*store), static_cast<std::size_t>(number));
}

TEST_F(SqliteFile, RefusesWorkBeyondItsQueues) {
  auto small = options();
  small.max_queued_writes = 2;
  small.max_group = 1;
  auto const store = open(small);
  std::size_t done = 0, refused = 0;
  boost::asio::io_context context(1);
  auto const one = [&](std::int64_t number) -> task<void> {
    probe_counter c;
    c.name = std::to_string(number);
    batch b;
    b.add(insert(c));
    auto const outcome = co_await store->write(ours(), std::move(b));
    if (outcome) ++done;
    else if (outcome.error().code == errc::unavailable) ++refused;
  };
  for (std::int64_t number = 0; number < 200; ++number)
    boost::asio::co_spawn(context, one(number), [](std::exception_ptr) {});
  context.run();

  EXPECT_EQ(done + refused, 200U);
  EXPECT_GT(refused, 0U);
  EXPECT_GE(done, 2U);
  EXPECT_EQ(count(*store), done);
}

TEST_F(SqliteFile, KeepsTheTroubleOfABatchFromItsNeighbours) {
  auto const store = open();
  sql("DROP TABLE probe_settings");
  std::vector<result<receipt>> outcomes(4, failure(errc::unavailable, "no outcome"));
  boost::asio::io_context context(1);
  auto const one = [&](std::size_t number) -> task<void> {
    bool const troubled = number == 2;
    batch b;
    if (troubled) b.add(insert(probe_setting{1, "on"}));
    else b.add(insert(probe_counter{std::to_string(number), 0, 0, ""}));
    scope const who = troubled ? testing::system_scope() : ours();
    outcomes[number] = co_await store->write(who, std::move(b));
  };

  // Nobody can commit until all of them are there.
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  for (std::size_t number = 0; number < outcomes.size(); ++number)
    boost::asio::co_spawn(context, one(number), [](std::exception_ptr) {});
  context.poll();
  EXPECT_EQ(sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  context.restart();
  context.run();

  for (std::size_t number = 0; number < outcomes.size(); ++number)
    EXPECT_EQ(outcomes[number].has_value(), number != 2) << number;
  EXPECT_EQ(outcomes[2].error().code, errc::internal);
  EXPECT_EQ(count(*store), 3U);
}

TEST_F(SqliteFile, FinishesQueuedWritesBeforeItCloses) {
  auto store = open();
  std::size_t done = 0;
  boost::asio::io_context context(1);
  auto const one = [&](storage& to, std::int64_t number) -> task<void> {
    probe_counter c;
    c.name = std::to_string(number);
    batch b;
    b.add(insert(c));
    auto const outcome = co_await to.write(ours(), std::move(b));
    done += outcome.has_value();
  };
  for (std::int64_t number = 0; number < 100; ++number)
    boost::asio::co_spawn(context, one(*store, number), [](std::exception_ptr) {});
  context.poll();
  store.reset();
  context.restart();
  context.run();

  EXPECT_EQ(done, 100U);
  EXPECT_EQ(count(*open()), 100U);
}

TEST_F(SqliteFile, WorksRelaxed) {
  auto relaxed = options();
  relaxed.durability = durability::relaxed;
  put(*open(relaxed), 1).value();

  EXPECT_EQ(count(*open(relaxed)), 1U);
  EXPECT_EQ(sql("PRAGMA journal_mode"), "wal|");
}

TEST_F(SqliteFile, MigratesAnOlderDatabaseWithItsRows) {
  auto store = open_sqlite(options()).value();
  sync_wait(store->migrate(old_library())).value();
  before::book const first{1, "Laskar Pelangi"};
  sync_wait(store->write(ours(), batch().add(insert(first)))).value();
  store.reset();
  store = open_sqlite(options()).value();

  sync_wait(store->migrate(new_library())).value();

  tests::expect_the_old_book(*store, ours());
  after::loan const loan{1, "Ikal"};
  EXPECT_TRUE(sync_wait(store->write(ours(), batch().add(insert(loan)))));
  EXPECT_EQ(sql("SELECT module, version FROM sambung_schema"), "library|3|");
}

TEST_F(SqliteFile, MakesTheSameTablesDirectlyAndStepByStep) {
  sync_wait(open_sqlite(options()).value()->migrate(old_library())).value();
  sync_wait(open_sqlite(options()).value()->migrate(new_library())).value();
  auto const layout = "SELECT name, type, \"notnull\" FROM pragma_table_info('books') ORDER BY name";
  auto const stepwise = sql(layout);
  std::filesystem::remove(path());

  sync_wait(open_sqlite(options()).value()->migrate(new_library())).value();

  EXPECT_EQ(sql(layout), stepwise);
}

TEST_F(SqliteFile, RefusesANewerDatabase) {
  sync_wait(open_sqlite(options()).value()->migrate(new_library())).value();

  auto const refused = sync_wait(open_sqlite(options()).value()->migrate(old_library()));

  EXPECT_EQ(refused.error().code, errc::unsupported);
  EXPECT_NE(refused.error().message.find("version 3 of module library"), std::string::npos) << refused.error().message;
}

TEST_F(SqliteFile, LeavesAStepThatFailsUndone) {
  sync_wait(open_sqlite(options()).value()->migrate(old_library())).value();
  sql("CREATE TABLE loans (in_the_way)");

  auto const refused = sync_wait(open_sqlite(options()).value()->migrate(new_library()));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_argument);
  EXPECT_TRUE(refused.error().message.starts_with("a step of the migration: ")) << refused.error().message;
  EXPECT_EQ(sql("SELECT version FROM sambung_schema"), "2|");
  sql("DROP TABLE loans");
  EXPECT_TRUE(sync_wait(open_sqlite(options()).value()->migrate(new_library())));
}

TEST_F(SqliteFile, NamesAColumnThatDiffersFromItsDescription) {
  open();
  sql("ALTER TABLE probes DROP COLUMN revision");

  auto const refused = sync_wait(open_sqlite(options()).value()->migrate(testing::probe_schema()));

  EXPECT_EQ(refused.error().code, errc::invalid_argument);
  EXPECT_NE(refused.error().message.find("the column revision is missing"), std::string::npos);
}

TEST_F(SqliteFile, NamesWhatElseDiffersFromItsDescription) {
  auto const made_by_hand = [&](std::string const& columns) {
    std::filesystem::remove(path());
    sync_wait(open_sqlite(options()).value()->migrate(schema_of<unsearched::shelf>())).value();
    sql("DROP TABLE shelves");
    if (!columns.empty()) sql("CREATE TABLE shelves (" + columns + ") STRICT");
    return sync_wait(open_sqlite(options()).value()->migrate(schema_of<unsearched::shelf>()));
  };
  std::pair<std::string, std::string> const all[]{
      {"", "the table is missing"},
      {"number INTEGER NOT NULL, label TEXT NOT NULL", "the column tenant_id is missing"},
      {"tenant_id BLOB, number INTEGER NOT NULL, label BLOB NOT NULL", "the column label has the type BLOB"},
      {"tenant_id BLOB, number INTEGER NOT NULL, label TEXT", "the column label may be null"},
      {"tenant_id BLOB, number INTEGER NOT NULL, label TEXT NOT NULL, more TEXT", "the column more is not described"},
      {"tenant_id BLOB, number INTEGER NOT NULL, label TEXT NOT NULL", "the index shelves_by_label is missing"}};

  for (auto const& [columns, what] : all) {
    auto const refused = made_by_hand(columns);

    ASSERT_FALSE(refused) << columns;
    EXPECT_EQ(refused.error().code, errc::invalid_argument);
    EXPECT_NE(refused.error().message.find(what), std::string::npos) << refused.error().message;
  }
}

TEST_F(SqliteFile, BuildsAFullTextIndexThatIsMissing) {
  {
    auto const store = open();
    probe p;
    p.body = "a lost word";
    sync_wait(store->write(ours(), batch().add(insert(p)))).value();
  }
  sql("DROP TRIGGER sambung_words_probes_insert; DROP TABLE sambung_words_probes");

  auto const store = open();

  EXPECT_EQ(sync_wait(store->search(ours(), text_query("probes", "lost"))).value().items.size(), 1U);
}

TEST_F(SqliteFile, MakesItsFullTextIndexAgainWhereWordsWereOthers) {
  {
    auto const store = open();
    probe p;
    p.body = "机器学习";
    sync_wait(store->write(ours(), batch().add(insert(p)))).value();
  }
  // As an earlier version kept them, by words that it made otherwise.
  sql("DROP TRIGGER sambung_words_probes_insert; INSERT INTO sambung_words_probes (sambung_words_probes) VALUES "
      "('delete-all'); CREATE TRIGGER sambung_words_probes_insert AFTER INSERT ON probes BEGIN INSERT INTO "
      "sambung_words_probes (rowid, words) VALUES (new.row_, sambung_words(new.body, '')); END");

  auto const store = open();

  EXPECT_EQ(sync_wait(store->search(ours(), text_query("probes", "器学习"))).value().items.size(), 1U);
}

// Some rows at a time, each tenant's in turn, while others write; and on where the file was closed.
TEST_F(SqliteFile, FillsAnIndexThatIsMadeAgainWhileItServes) {
  scope const theirs = testing::tenant_scope(tenant_id{numbered(2)});
  auto const made = [](std::uint64_t number, std::string body) {
    probe p;
    p.id = probe_id{numbered(number)};
    p.rank = static_cast<std::int64_t>(number);
    p.body = std::move(body);
    return p;
  };
  auto const find = [](storage& store, scope const& who, std::string word) {
    std::vector<std::int64_t> found;
    for (auto const& item :
         sync_wait(store.search(who, text_query("probes", std::move(word)).limit(max_rows))).value().items)
      found.push_back(from_row<probe>(item).rank);
    return found;
  };
  auto const lacking = [](storage& store) { return sync_wait(store.lacking_words(ours(), "probes")).value(); };
  auto const step = [](storage& store) { return sync_wait(store.index_words()).value(); };
  {
    auto const store = open();
    EXPECT_FALSE(step(*store));
    EXPECT_FALSE(lacking(*store));
    batch b;
    for (std::uint64_t i = 10; i < 410; ++i) b.add(insert(made(i, "narwhal")));
    sync_wait(store->write(ours(), b)).value();
    sync_wait(store->write(theirs, std::move(b))).value();
  }
  sql("DROP TRIGGER sambung_words_probes_insert");  // so that the index is not what this version makes
  std::vector<std::int64_t> expected;
  {
    auto const store = open();
    EXPECT_EQ(lacking(*store), value(numbered(309)));  // what a small file has no more of was done at once
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(step(*store));
    EXPECT_EQ(lacking(*store), value(numbered(259)));
    EXPECT_EQ(find(*store, ours(), "narwhal").size(), 150U);
    EXPECT_EQ(find(*store, theirs, "narwhal").size(), 150U);

    batch b;  // of what has its words, and of what has not
    for (std::uint64_t const number : {20U, 400U})
      b.add(update<probe>(probe_id{numbered(number)}).set(&probe::body, "walrus"));
    for (std::uint64_t const number : {21U, 401U}) b.add(erase<probe>(probe_id{numbered(number)}));
    for (std::uint64_t const number : {5U, 500U}) b.add(insert(made(number, "narwhal")));
    sync_wait(store->write(ours(), std::move(b))).value();
    EXPECT_EQ(find(*store, ours(), "walrus"), (std::vector<std::int64_t>{400}));
    EXPECT_EQ(find(*store, ours(), "narwhal").size(), 149U);
  }
  {
    auto const store = open();
    EXPECT_EQ(lacking(*store), value(numbered(159)));
    EXPECT_EQ(find(*store, ours(), "narwhal").size(), 249U);
    while (step(*store)) continue;
    EXPECT_FALSE(lacking(*store));
    for (std::int64_t i = 409; i >= 10; --i)
      if (i != 20 && i != 21 && i != 400 && i != 401) expected.push_back(i);
    expected.insert(expected.begin(), 500);
    expected.push_back(5);
    EXPECT_EQ(find(*store, ours(), "narwhal"), expected);
    EXPECT_EQ(find(*store, ours(), "walrus"), (std::vector<std::int64_t>{400, 20}));
    EXPECT_EQ(find(*store, theirs, "narwhal").size(), 400U);

    auto const late = made(501, "narwhal");
    sync_wait(store->write(ours(), batch().add(insert(late)))).value();
    sync_wait(store->write(ours(), batch().add(erase<probe>(probe_id{numbered(5)})))).value();
    EXPECT_EQ(find(*store, ours(), "narwhal").size(), expected.size());
  }
  sql("INSERT INTO sambung_words_probes (sambung_words_probes) VALUES ('integrity-check')");
  EXPECT_EQ(find(*open(), ours(), "narwhal").size(), expected.size());
}

TEST_F(SqliteFile, SaysWhatLacksItsWordsToWhoOnlyReads) {
  put_probes(*open(), 300).value();
  sql("DROP TRIGGER sambung_words_probes_insert");
  auto const lacking = [](storage& store) { return sync_wait(store.lacking_words(ours(), "probes")).value(); };
  auto const left = lacking(*open());
  ASSERT_TRUE(left);

  auto const adopted = open_sqlite(options()).value();
  sync_wait(adopted->adopt(testing::probe_schema())).value();
  auto const snapshot = open_sqlite_snapshot(path()).value();
  sync_wait(snapshot->adopt(testing::probe_schema())).value();

  EXPECT_EQ(lacking(*adopted), left);
  EXPECT_EQ(lacking(*snapshot), left);
}

TEST_F(SqliteFile, CannotSayWhichRowsLackTheirWordsByKeysThatAreDamaged) {
  put_probes(*open(), 300).value();
  sql("DROP TRIGGER sambung_words_probes_insert; UPDATE probes SET id = CAST(id || x'00' AS BLOB) WHERE rank <= 100");

  auto const store = open();

  EXPECT_EQ(sync_wait(store->lacking_words(ours(), "probes")).error().code, errc::data_loss);
}

TEST_F(SqliteFile, LacksNoWordsOnceTheRowsThatDidAreGone) {
  put_probes(*open(), 300).value();
  sql("DROP TRIGGER sambung_words_probes_insert");
  auto const store = open();
  ASSERT_TRUE(sync_wait(store->lacking_words(ours(), "probes")).value());
  batch all;
  for (std::uint64_t i = 1; i <= 300; ++i) all.add(erase<probe>(probe_id{numbered(i)}));

  sync_wait(store->write(ours(), std::move(all))).value();

  EXPECT_FALSE(sync_wait(store->lacking_words(ours(), "probes")).value());
}

// Each costs itself: a row whose key or text cannot be read.
TEST_F(SqliteFile, PassesOverDamagedRowsWhenItFillsAnIndex) {
  {
    batch b;
    for (std::uint64_t i = 1; i <= 300; ++i) {
      probe p;
      p.id = probe_id{numbered(i)};
      p.rank = static_cast<std::int64_t>(i);
      p.name = i > 250 ? "walrus" : "narwhal";
      if (i == 30)
        while (p.body.size() < 90'000) p.body += "overflow";
      b.add(insert(p));
    }
    sync_wait(open()->write(ours(), std::move(b))).value();
  }
  sql("DROP TRIGGER sambung_words_probes_insert; UPDATE probes SET id = CAST('z' || rank AS BLOB) WHERE rank > 250");
  lose_a_page_with("overflow");

  auto const store = open();
  EXPECT_EQ(sync_wait(store->lacking_words(ours(), "probes")).value(), value(numbered(100)));
  for (int i = 0; i < 10 && sync_wait(store->index_words()).value(); ++i) continue;

  EXPECT_FALSE(sync_wait(store->index_words()).value());
  EXPECT_EQ(sync_wait(store->search(ours(), text_query("probes", "narwhal").limit(max_rows))).value().items.size(),
            249U);
}

// Nobody has migrated it since there is a table of what lacks its words.
TEST_F(SqliteFile, AdoptsAFileThatSaysNothingOfWords) {
  open();
  sql("DROP TABLE sambung_unindexed");

  auto const store = open_sqlite(options()).value();
  EXPECT_TRUE(sync_wait(store->adopt(testing::probe_schema())));
  EXPECT_FALSE(sync_wait(store->lacking_words(ours(), "probes")).value());
}

TEST_F(SqliteFile, KeepsShortRowsByTheirKey) {
  sync_wait(open_sqlite(options()).value()->migrate(schema_of<unsearched::shelf>())).value();

  EXPECT_NE(sql("SELECT sql FROM sqlite_schema WHERE name = 'shelves'").find("WITHOUT ROWID"), std::string::npos);
  EXPECT_EQ(sql("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'shelves'"), "1|");
}

TEST_F(SqliteFile, WorksOnATableThatWasMadeWithRowNumbers) {
  sync_wait(open_sqlite(options()).value()->migrate(schema_of<unsearched::shelf>())).value();
  sql("DROP TABLE shelves;"
      "CREATE TABLE shelves (row_ INTEGER PRIMARY KEY, tenant_id BLOB NOT NULL, number INTEGER NOT NULL, label TEXT "
      "NOT "
      "NULL, UNIQUE (tenant_id, number)) STRICT;"
      "CREATE INDEX shelves_by_label ON shelves (tenant_id, label, number)");
  auto const store = open_sqlite(options()).value();
  sync_wait(store->migrate(schema_of<unsearched::shelf>())).value();
  unsearched::shelf const one{1, "maps"};

  sync_wait(store->write(ours(), batch().add(insert(one)))).value();

  EXPECT_EQ(sync_wait(store->write(ours(), batch().add(insert(one)))).error().code, errc::already_exists);
  collection<unsearched::shelf> const shelves(*store, ours());
  EXPECT_EQ(sync_wait(shelves.get(std::int64_t(1))).value().label, "maps");
}

TEST_F(SqliteFile, SearchesATableThatWasKeptByItsKey) {
  {
    auto const store = open_sqlite(options()).value();
    sync_wait(store->migrate(schema_of<unsearched::shelf>())).value();
    unsearched::shelf const one{1, "old maps"};
    sync_wait(store->write(ours(), batch().add(insert(one)))).value();
  }
  auto const store = open_sqlite(options()).value();

  sync_wait(store->migrate(schema_of<searched::shelf>())).value();

  EXPECT_EQ(sync_wait(store->search(ours(), text_query("shelves", "maps"))).value().items.size(), 1U);
  collection<searched::shelf> const shelves(*store, ours());
  EXPECT_TRUE(sync_wait(shelves.first(shelves.where(&searched::shelf::label, "old maps"))));
  searched::shelf const again{1, "new maps"};
  EXPECT_EQ(sync_wait(store->write(ours(), batch().add(insert(again)))).error().code, errc::already_exists);
}

// More hits than a search examines, stored in any order of their keys.
TEST_F(SqliteFile, FindsTheHighestKeysInWhateverOrderRowsWereStored) {
  auto const store = open_sqlite(options()).value();
  sync_wait(store->migrate(schema_of<page_of_book>())).value();
  std::vector<page_of_book> pages;
  for (std::int64_t i = 0; i < 3'000; ++i) pages.push_back({i, i % 3 == 0, i % 40 == 0 ? "word seldom" : "word"});
  std::shuffle(pages.begin(), pages.end() - 700, std::mt19937(1));  // of any key
  std::rotate(pages.begin(), pages.end() - 200, pages.end());       // the highest keys first of all
  for (auto const& who : {ours(), testing::tenant_scope(tenant_id{numbered(2)})}) {
    batch b;
    for (auto const& one : pages) b.add(insert(one));
    sync_wait(store->write(who, std::move(b))).value();
  }
  std::ranges::sort(pages, std::greater(), &page_of_book::number);

  for (bool const printed : {false, true}) {
    for (std::string const word : {"word", "seldom"}) {
      for (std::size_t const limit : {1U, 7U, 400U, 1'000U}) {
        std::vector<std::int64_t> expected, found;
        for (auto const& one : pages)
          if ((!printed || one.printed) && one.text.find(word) != std::string::npos) expected.push_back(one.number);
        if (limit < 10) expected.resize(3 * limit);
        std::optional<value> last;
        while (found.size() < expected.size()) {
          auto q = text_query("pages", word).limit(limit);
          if (printed) q = std::move(q).where(where(&page_of_book::printed, true));
          if (last) q = std::move(q).after(*last);
          auto const got = sync_wait(store->search(ours(), std::move(q))).value();
          ASSERT_FALSE(got.items.empty());
          for (auto const& item : got.items) found.push_back(std::get<std::int64_t>(item.front()));
          last = found.back();
          ASSERT_EQ(got.more, limit < 10 || found.size() < expected.size());
        }
        EXPECT_EQ(found, expected) << word << ' ' << limit;
      }
    }
  }
}

// What others say costs a search nothing: no entry of the full-text index is read for two tenants.
TEST_F(SqliteFile, SharesNoEntryOfTheFullTextIndexBetweenTenants) {
  auto const store = open();
  for (int i = 1; i <= 3; ++i) {
    probe p;
    p.id = probe_id{numbered(10 + i)};
    p.name = "the canary";
    sync_wait(store->write(testing::tenant_scope(tenant_id{numbered(i)}), batch().add(insert(p)))).value();
  }

  EXPECT_EQ(sql("CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'sambung_words_probes', 'row');"
                "SELECT count(*), max(doc) FROM temp.terms"),
            "9|1|");  // of each two words and an owner's mark
  EXPECT_EQ(sync_wait(store->search(ours(), text_query("probes", "Canary THE"))).value().items.size(), 1U);
}

// Nor do others' rows cost a search for what is one owner's: it looks for the owner's mark as well, and finds nothing
// in an index that lacks them.
TEST_F(SqliteFile, FindsWhatIsAnOwnersByTheirMark) {
  auto const hits = [](storage& store, std::optional<user_id> owner) {
    text_query q("probes", "canary");
    if (owner) q = std::move(q).where(where(&probe::owner_id, *owner));
    return sync_wait(store.search(ours(), std::move(q))).value().items.size();
  };
  user_id const ann{numbered(7)}, bob{numbered(8)};
  {
    auto const store = open();
    for (int i = 1; i <= 5; ++i) {
      probe p;
      p.id = probe_id{numbered(static_cast<std::uint64_t>(10 + i))};
      p.owner_id = i > 1 ? bob : ann;
      p.rank = i;
      p.body = "canary";
      sync_wait(store->write(ours(), batch().add(insert(p)))).value();
    }
    EXPECT_EQ(hits(*store, ann), 1U);
    EXPECT_EQ(hits(*store, bob), 4U);
  }
  sql("INSERT INTO sambung_words_probes (sambung_words_probes) VALUES ('delete-all'); INSERT INTO sambung_words_probes "
      "(rowid, words) SELECT row_, substr(lower(hex(tenant_id)), -16) || body FROM probes");

  auto const store = open();

  EXPECT_EQ(hits(*store, std::nullopt), 5U);
  EXPECT_EQ(hits(*store, ann), 0U);
}

TEST_F(SqliteFile, AsksForMigrationFirst) {
  auto const store = open_sqlite(options()).value();

  EXPECT_EQ(sync_wait(store->read(ours(), query("probes"))).error().code, errc::unavailable);
  EXPECT_EQ(sync_wait(store->write(ours(), batch())).error().code, errc::unavailable);
  EXPECT_TRUE(sync_wait(store->check()));
}

TEST_F(SqliteFile, ReadsAlongItsIndexes) {
  open();
  auto const plan = sql(
      "EXPLAIN QUERY PLAN SELECT * FROM probes WHERE tenant_id = x'00' AND active = 1 AND (made_at, id) < (5, x'00') "
      "ORDER BY made_at DESC, id DESC LIMIT 10");

  EXPECT_NE(plan.find("probes_by_active_made_at"), std::string::npos) << plan;
  EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << plan;
}

}  // namespace
}  // namespace sambung::sqlite_test
