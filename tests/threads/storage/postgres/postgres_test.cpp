// What only PostgreSQL promises: roles, migrations by several at once, languages, references, snapshots.
#include "storage/postgres/postgres_modules.hpp"
#include "support/desk.hpp"
#include "support/library.hpp"
#include "support/postgres_database.hpp"
#include "testing/probe.hpp"

#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace sambung::postgres_test {
namespace {

namespace after = tests::after;
namespace before = tests::before;
namespace between = tests::between;
using testing::numbered;
using testing::probe;
using testing::probe_counter;
using testing::probe_id;
using tests::middle_library;
using tests::new_library;
using tests::old_library;
using tests::postgres_database;

scope ours() { return testing::tenant_scope(tenant_id{numbered(1)}); }
scope theirs() { return testing::tenant_scope(tenant_id{numbered(2)}); }

// Its two indexes have names that are longer than PostgreSQL's and differ only where it would cut them off.
struct ledger_line {
  std::int64_t number = 0;
  std::string name_of_the_account_that_the_amount_is_taken_from;
  std::string name_of_the_account_that_the_amount_is_added_to;
};
BOOST_DESCRIBE_STRUCT(ledger_line, (),
                      (number, name_of_the_account_that_the_amount_is_taken_from,
                       name_of_the_account_that_the_amount_is_added_to))
auto describe_record(record_of<ledger_line>) {
  return record<ledger_line>("lines_of_the_general_ledger")
      .index(&ledger_line::name_of_the_account_that_the_amount_is_taken_from)
      .index(&ledger_line::name_of_the_account_that_the_amount_is_added_to);
}

// The same rows, searched by one column, by another and by none.
namespace by_title {
struct leaf {
  std::int64_t number = 0;
  std::string title, text;
};
BOOST_DESCRIBE_STRUCT(leaf, (), (number, title, text))
inline auto describe_record(record_of<leaf>) { return record<leaf>("leaves").searchable(&leaf::title); }
}  // namespace by_title
namespace unsearched {
struct leaf {
  std::int64_t number = 0;
  std::string title, text;
};
BOOST_DESCRIBE_STRUCT(leaf, (), (number, title, text))
inline auto describe_record(record_of<leaf>) { return record<leaf>("leaves"); }
}  // namespace unsearched
namespace by_text {
struct leaf {
  std::int64_t number = 0;
  std::string title, text;
};
BOOST_DESCRIBE_STRUCT(leaf, (), (number, title, text))
inline auto describe_record(record_of<leaf>) { return record<leaf>("leaves").searchable(&leaf::text); }
}  // namespace by_text

template <class R>
schema_ref leaves() {
  return std::make_shared<schema const>(std::vector<module_schema>{module_schema("herbarium").table<R>()});
}

class Postgres : public ::testing::Test {
 protected:
  std::shared_ptr<storage> open() const { return open(database_.options()); }
  std::shared_ptr<storage> open(postgres_options const& how) const {
    auto store = open_postgres(how).value();
    sync_wait(store->migrate(testing::probe_schema())).value();
    return store;
  }
  result<void> migrate(postgres_options const& how, schema_ref to = testing::probe_schema()) const {
    return sync_wait(open_postgres(how).value()->migrate(std::move(to)));
  }

  static result<receipt> put(storage& store, std::int64_t number) {
    probe_counter c;
    c.name = "counter " + std::to_string(number);
    return sync_wait(store.write(ours(), batch().add(insert(c))));
  }
  static std::size_t count(storage& store, scope who = ours()) {
    return sync_wait(store.read(who, query("probe_counters").limit(max_rows))).value().items.size();
  }
  // Has the server refuse as many new counters as there are codes: of a batch that is refused as 23505, a row that is
  // there already, each change is tried by itself.
  void refuse_counters(std::string const& codes) const { refuse("INSERT ON probe_counters", codes); }
  // As many changes of probes.
  void refuse_updates(std::string const& codes) const { refuse("UPDATE ON probes", codes); }
  void refuse(std::string const& what, std::string const& codes) const {
    database_.as_owner(
        "CREATE SEQUENCE tries; CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ "
        "DECLARE code text := (ARRAY[" +
        codes +
        "])[nextval('tries')::int]; BEGIN IF code IS NULL THEN RETURN NEW; END IF; RAISE EXCEPTION 'no' USING ERRCODE "
        "= code; END $$; CREATE TRIGGER refusing BEFORE " +
        what + " FOR EACH ROW EXECUTE FUNCTION refuse()");
  }
  // As where they are to be made otherwise: no probe is found until the next migration.
  void leave_words() const {
    database_.as_admin("UPDATE probes SET sambung_said_name = NULL, sambung_said_body = NULL");
    database_.as_owner("COMMENT ON COLUMN probes.sambung_words IS 'others'");
  }
  static void write_words(storage& store) {
    while (sync_wait(store.index_words()).value()) continue;
  }
  static std::size_t hits(storage& store, std::string const& text) {
    return sync_wait(store.search(ours(), text_query("probes", text))).value().items.size();
  }

  // Until somebody waits for what its transaction holds.
  void wait_behind(pqxx::connection const& holder) const {
    auto const waiting = "SELECT 1 FROM pg_stat_activity WHERE " + std::to_string(holder.backendpid()) +
                         " = ANY (pg_blocking_pids(pid))";
    auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(8);
    while (database_.as_admin(waiting).empty() && std::chrono::steady_clock::now() < deadline) continue;
  }

  postgres_database database_;
};

// A role of a test's own, with these attributes.
class extra_role {
 public:
  extra_role(postgres_database const& in, std::string attributes) : in_(in), name_("role_" + in.schema()) {
    in_.as_admin("CREATE ROLE " + name_ + " LOGIN " + attributes);
  }
  extra_role(extra_role const&) = delete;
  extra_role& operator=(extra_role const&) = delete;
  ~extra_role() { in_.as_admin("DROP OWNED BY " + name_ + "; DROP ROLE " + name_); }

  std::string const& name() const { return name_; }
  std::string url() const {
    auto url = postgres_database::app_url();
    auto const user = url.find("//") + 2;
    return url.replace(user, url.find('@') - user, name_);
  }

 private:
  postgres_database const& in_;
  std::string name_;
};

TEST_F(Postgres, KeepsDataWhenItIsOpenedAgain) {
  put(*open(), 1).value();

  EXPECT_EQ(count(*open()), 1U);
}

TEST_F(Postgres, NamesEveryWrongOption) {
  postgres_options wrong("mysql://somewhere");
  wrong.migrator_url = "postgresql://host/db?no_such_parameter=1";
  wrong.schema = "Sambung";

  auto const refused = open_postgres(wrong);

  ASSERT_EQ(refused.error().code, errc::invalid_argument);
  EXPECT_EQ(refused.error().issues.size(), 3U);
}

TEST_F(Postgres, AnswersUnavailableWhereNoServerListens) {
  auto const store = open_postgres(postgres_options("postgresql://nobody@127.0.0.1:1/nothing")).value();

  EXPECT_EQ(sync_wait(store->check()).error().code, errc::unavailable);
  EXPECT_EQ(sync_wait(store->migrate(testing::probe_schema())).error().code, errc::unavailable);
}

TEST_F(Postgres, SaysThatNoSnapshotCanBeHadWhereNoServerListens) {
  auto const snapshot = open_postgres_snapshot(postgres_options("postgresql://nobody@127.0.0.1:1/nothing")).value();

  auto const refused = sync_wait(snapshot->check());

  EXPECT_EQ(refused.error().code, errc::unavailable);
  EXPECT_TRUE(refused.error().message.starts_with("PostgreSQL: ")) << refused.error().message;
}

TEST_F(Postgres, AsksForMigrationFirst) {
  auto const store = open_postgres(database_.options()).value();
  auto const snapshot = open_postgres_snapshot(database_.options()).value();

  for (auto const& one : {store, snapshot}) {
    EXPECT_EQ(sync_wait(one->read(ours(), query("probes"))).error().code, errc::unavailable);
    EXPECT_EQ(sync_wait(one->search(ours(), text_query("probes", "x"))).error().code, errc::unavailable);
  }
  EXPECT_EQ(put(*store, 1).error().code, errc::unavailable);
}

TEST_F(Postgres, RefusesToServeWithASettingThatTheServerDoesNotTake) {
  auto options = database_.options();
  options.statement_timeout = std::chrono::milliseconds(-1);

  EXPECT_EQ(sync_wait(open_postgres(options).value()->check()).error().code, errc::invalid_argument);
}

TEST_F(Postgres, RefusesToServeAsASuperuser) {
  auto options = database_.options();
  options.url = postgres_database::admin_url();

  auto const refused = migrate(options);

  ASSERT_EQ(refused.error().code, errc::permission_denied);
  EXPECT_NE(refused.error().message.find("is a superuser"), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().message.find("CREATE ROLE"), std::string::npos) << refused.error().message;
}

TEST_F(Postgres, RefusesToServeAsTheOwner) {
  auto options = database_.options();
  options.url = postgres_database::migrator_url();

  auto const refused = migrate(options);

  ASSERT_EQ(refused.error().code, errc::permission_denied);
  EXPECT_NE(refused.error().message.find("owns the tables"), std::string::npos) << refused.error().message;
}

TEST_F(Postgres, RefusesToServeWithBypassrls) {
  extra_role const role(database_, "BYPASSRLS");
  auto options = database_.options();
  options.url = role.url();

  auto const refused = migrate(options);

  ASSERT_EQ(refused.error().code, errc::permission_denied);
  EXPECT_NE(refused.error().message.find("has BYPASSRLS"), std::string::npos) << refused.error().message;
}

TEST_F(Postgres, RefusesToServeAsAMemberOfTheOwner) {
  extra_role const role(database_, "NOINHERIT IN ROLE sambung_owner");
  auto options = database_.options();
  options.url = role.url();

  EXPECT_EQ(migrate(options).error().code, errc::permission_denied);
}

TEST_F(Postgres, LetsASecondAppRoleIn) {
  open();
  extra_role const role(database_, "");
  auto options = database_.options();
  options.url = role.url();

  put(*open(options), 1).value();

  EXPECT_EQ(count(*open()), 1U);
}

TEST_F(Postgres, SaysHowToMigrateWithoutAMigrator) {
  auto options = database_.options();
  options.migrator_url.clear();

  auto const refused = migrate(options);

  ASSERT_EQ(refused.error().code, errc::unsupported);
  EXPECT_NE(refused.error().message.find("SAMBUNG_MIGRATOR_URL"), std::string::npos) << refused.error().message;
}

TEST_F(Postgres, SaysHowToMigrateAnOlderDatabase) {
  migrate(database_.options(), old_library()).value();
  auto options = database_.options();
  options.migrator_url.clear();

  auto const refused = migrate(options, new_library());

  ASSERT_EQ(refused.error().code, errc::unsupported);
  EXPECT_NE(refused.error().message.find("module library are not up to date"), std::string::npos);
  EXPECT_NE(refused.error().message.find("SAMBUNG_MIGRATOR_URL"), std::string::npos) << refused.error().message;
}

TEST_F(Postgres, TellsTheOperatorWhatTheServerRefusesTheApp) {
  open();
  database_.as_owner("REVOKE SELECT ON sambung_schema FROM sambung_app");
  auto options = database_.options();
  options.migrator_url.clear();

  auto const refused = migrate(options);

  EXPECT_EQ(refused.error().code, errc::permission_denied);
  EXPECT_NE(refused.error().message.find("permission denied"), std::string::npos) << refused.error().message;
}

TEST_F(Postgres, NeedsNoMigratorOnceItIsUpToDate) {
  open();
  auto options = database_.options();
  options.migrator_url.clear();

  put(*open(options), 1).value();
}

TEST_F(Postgres, MigratesFromEveryEarlierVersionWithItsRows) {
  for (auto const& from : {old_library(), middle_library()}) {
    postgres_database database;
    auto store = open_postgres(database.options()).value();
    sync_wait(store->migrate(old_library())).value();
    before::book const first{1, "Laskar Pelangi"};
    sync_wait(store->write(ours(), batch().add(insert(first)))).value();
    sync_wait(store->migrate(from)).value();

    store = open_postgres(database.options()).value();
    sync_wait(store->migrate(new_library())).value();

    tests::expect_the_old_book(*store, ours());
    after::loan const loan{1, "Ikal"};
    EXPECT_TRUE(sync_wait(store->write(ours(), batch().add(insert(loan)))));
  }
}

// They end turns that they have begun.
TEST_F(Postgres, TakesRowsOfServersOfTheVersionBefore) {
  auto const earlier = open_postgres(database_.options()).value();
  sync_wait(earlier->migrate(old_library())).value();
  auto const later = open_postgres(database_.options()).value();
  sync_wait(later->migrate(new_library())).value();

  before::book const late{1, "Laskar Pelangi"};
  auto const taken = sync_wait(earlier->write(ours(), batch().add(insert(late))));

  ASSERT_TRUE(taken) << taken.error().message;
  auto const book = sync_wait(collection<after::book>(*later, ours()).get(std::int64_t(1))).value();
  EXPECT_EQ(book.title, "Laskar Pelangi");
  EXPECT_EQ(book.author, "it's \"unknown\"");
  EXPECT_EQ(book.due_at, std::nullopt);
  EXPECT_EQ(book.tags, std::vector<std::string>{"old"});
}

// But for defaults: only a table that was there has servers that do not know its columns.
TEST_F(Postgres, MakesTheSameTablesDirectlyAndStepByStep) {
  auto const layout = [](postgres_database const& in) {
    std::string out;
    for (auto const& row : in.as_admin(
             "SELECT table_name, column_name, data_type, is_nullable, NULL FROM information_schema.columns "
             "WHERE table_schema = '" +
             in.schema() + "' UNION ALL SELECT tablename, replace(indexdef, '" + in.schema() +
             "', ''), NULL, NULL, NULL FROM pg_indexes WHERE schemaname = '" + in.schema() +
             "' UNION ALL SELECT tablename, policyname, cmd, qual, roles::text FROM pg_policies WHERE schemaname = '" +
             in.schema() + "' ORDER BY 1, 2"))
      for (auto const& column : row) out += std::string(column.c_str()) + '|';
    return out;
  };
  postgres_database stepwise;
  migrate(stepwise.options(), old_library()).value();
  migrate(stepwise.options(), middle_library()).value();
  migrate(stepwise.options(), new_library()).value();

  migrate(database_.options(), new_library()).value();

  EXPECT_EQ(layout(database_), layout(stepwise));
}

TEST_F(Postgres, RefusesANewerDatabase) {
  migrate(database_.options(), new_library()).value();

  auto const refused = migrate(database_.options(), old_library());

  EXPECT_EQ(refused.error().code, errc::unsupported);
  EXPECT_NE(refused.error().message.find("version 3 of module library"), std::string::npos) << refused.error().message;
}

TEST_F(Postgres, IsMigratedByManyServersAtOnce) {
  std::vector<std::future<result<void>>> servers;
  for (int i = 0; i < 8; ++i)
    servers.push_back(std::async(std::launch::async, [&] {
      auto options = database_.options();
      options.connections = 1;
      return migrate(options, new_library());
    }));

  for (auto& one : servers) EXPECT_TRUE(one.get());
}

TEST_F(Postgres, LeavesAStepThatFailsUndone) {
  auto store = open_postgres(database_.options()).value();
  sync_wait(store->migrate(old_library())).value();
  database_.as_owner("CREATE TABLE loans (in_the_way int)");

  EXPECT_FALSE(migrate(database_.options(), new_library()));

  EXPECT_EQ(database_.as_admin("SELECT version FROM sambung_schema")[0][0].as<int>(), 2);
  database_.as_owner("DROP TABLE loans");
  EXPECT_TRUE(migrate(database_.options(), new_library()));
}

TEST_F(Postgres, IsMigratedLaterWhereSomebodyHoldsATable) {
  migrate(database_.options(), old_library()).value();
  auto hasty = database_.options();
  hasty.migrator_url += "?options=-c%20lock_timeout%3D100";
  pqxx::connection blocker(postgres_database::admin_url());
  pqxx::work held(blocker);
  held.exec("LOCK TABLE " + database_.schema() + ".books");

  auto const late = migrate(hasty, new_library());

  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, errc::unavailable);
  EXPECT_NE(late.error().message.find("another transaction"), std::string::npos) << late.error().message;
  held.abort();
  EXPECT_TRUE(migrate(database_.options(), new_library()));
}

// As a backup does. Whoever wants the table for itself has everybody wait behind it.
TEST_F(Postgres, IsServedWhileAMigrationWaitsForAReader) {
  auto const serving = open_postgres(database_.options()).value();
  sync_wait(serving->migrate(old_library())).value();
  pqxx::connection connection(postgres_database::admin_url());
  pqxx::work reading(connection);
  reading.exec("SELECT FROM " + database_.schema() + ".books");
  auto migrated = std::async(std::launch::async, [&] { return migrate(database_.options(), new_library()); });
  wait_behind(connection);

  auto const served = sync_wait(serving->read(ours(), query("books")));

  reading.abort();
  EXPECT_TRUE(served) << served.error().message;
  EXPECT_TRUE(migrated.get());
}

TEST_F(Postgres, LeavesTheForeignKeysThatAreThere) {
  migrate(database_.options(), standard_schema()).value();
  auto const keys = [&] {
    return database_.as_admin(
        "SELECT string_agg(oid::text, ' ' ORDER BY oid), count(*) FILTER (WHERE NOT convalidated) FROM "
        "pg_constraint WHERE contype = 'f' AND connamespace = '" +
        database_.schema() + "'::regnamespace")[0];
  };
  auto const migrate_again = [&] {
    database_.as_owner("UPDATE sambung_schema SET checksum = 'earlier'");
    migrate(database_.options(), standard_schema()).value();
  };
  std::string const before = keys()[0].c_str();

  migrate_again();

  EXPECT_EQ(keys()[0].c_str(), before);
  database_.as_admin(
      "UPDATE pg_constraint SET convalidated = false WHERE conname = 'messages_of_chat_id' AND conrelid = "
      "'messages'::regclass");
  migrate_again();
  EXPECT_EQ(keys()[1].as<int>(), 0);
}

// An index is held until the transaction ends.
TEST_F(Postgres, SettlesTheIndexOfWordsByItself) {
  open();
  database_.as_owner("ALTER INDEX probes_words RESET (fastupdate); DROP FUNCTION sambung_tenants_probes");

  EXPECT_FALSE(migrate(database_.options()));  // of which grants are part

  auto const settled = database_.as_admin("SELECT reloptions FROM pg_class WHERE oid = 'probes_words'::regclass");
  EXPECT_STREQ(settled[0][0].c_str(), "{fastupdate=off}");
}

TEST_F(Postgres, NamesAColumnThatDiffersFromItsDescription) {
  open();
  database_.as_owner("ALTER TABLE probes DROP COLUMN revision");

  auto const refused = migrate(database_.options());

  EXPECT_EQ(refused.error().code, errc::invalid_argument);
  EXPECT_NE(refused.error().message.find("the column revision is missing"), std::string::npos);
}

TEST_F(Postgres, NamesWhatElseDiffersFromItsDescription) {
  std::pair<std::string, std::string> const all[]{
      {"DROP TABLE probe_counters", "the table is missing"},
      {"ALTER TABLE probe_counters DROP COLUMN tenant_id CASCADE", "the column tenant_id is missing"},
      {"ALTER TABLE probes DROP COLUMN sambung_words", "its full text is not up to date"},
      {"DROP TRIGGER sambung_make_words ON probes", "its full text is not up to date"},
      {"ALTER TABLE probes ALTER COLUMN rank TYPE integer", "the column rank has the type integer"},
      {"ALTER TABLE probes ALTER COLUMN name DROP NOT NULL", "the column name may be null"},
      {"ALTER TABLE probes ADD COLUMN more text", "the column more is not described"},
      {"DROP INDEX probes_by_name", "the index probes_by_name is missing"}};
  for (auto const& [altered, what] : all) {
    postgres_database database;
    auto options = database.options();
    migrate(options).value();
    database.as_owner(altered);
    options.migrator_url.clear();

    auto const refused = migrate(options);

    ASSERT_FALSE(refused) << altered;
    EXPECT_EQ(refused.error().code, errc::invalid_argument);
    EXPECT_NE(refused.error().message.find(what), std::string::npos) << refused.error().message;
  }
}

TEST_F(Postgres, TellsLongNamesOfIndexesApart) {
  auto const ledger =
      std::make_shared<schema const>(std::vector<module_schema>{module_schema("ledger").table<ledger_line>()});

  migrate(database_.options(), ledger).value();

  auto const made = database_.as_admin("SELECT count(*) FROM pg_indexes WHERE schemaname = '" + database_.schema() +
                                       "' AND indexname LIKE 'lines_of_the_general_ledger_by_name_of_%'");
  EXPECT_EQ(made[0][0].as<int>(), 2);
}

TEST_F(Postgres, RefusesTablesWhoseIsolationWasLoosened) {
  for (auto const* loosened :
       {"ALTER TABLE probes DISABLE ROW LEVEL SECURITY", "ALTER TABLE probes NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY sambung_tenant ON probes", "CREATE POLICY open ON probes USING (true)"}) {
    postgres_database database;
    migrate(database.options()).value();
    database.as_owner(loosened);

    EXPECT_EQ(migrate(database.options()).error().code, errc::invalid_argument) << loosened;
  }
}

TEST_F(Postgres, RefusesTablesWithoutTheirForeignKeys) {
  migrate(database_.options(), standard_schema()).value();
  database_.as_owner("ALTER TABLE messages DROP CONSTRAINT messages_of_chat_id");

  auto const refused = migrate(database_.options(), standard_schema());

  EXPECT_EQ(refused.error().code, errc::invalid_argument);
  EXPECT_NE(refused.error().message.find("messages_of_chat_id"), std::string::npos) << refused.error().message;
}

TEST_F(Postgres, ServesARoleWhoseNameNeedsQuotes) {
  extra_role const role(database_, "");
  database_.as_admin("ALTER ROLE " + role.name() + " RENAME TO \"Odd \"\"Role\"");
  auto options = database_.options();
  options.url = role.url();
  options.url.replace(options.url.find(role.name()), role.name().size(), "Odd%20%22Role");

  auto const served = migrate(options);

  database_.as_admin("ALTER ROLE \"Odd \"\"Role\" RENAME TO " + role.name());
  EXPECT_TRUE(served) << served.error().message;
}

TEST_F(Postgres, FindsOtherFormsOfAWordInALanguage) {
  auto options = database_.options();
  auto const store = open(options);
  probe p;
  p.body = "She was running through the rain; l'été";
  sync_wait(store->write(ours(), batch().add(insert(p)))).value();
  EXPECT_EQ(hits(*store, "runs"), 0U);

  options.search_language = "english";
  auto const english = open(options);

  EXPECT_EQ(hits(*english, "runs"), 1U);
  EXPECT_EQ(hits(*english, "RAINS & 'running' | !(x)"), 0U);  // x is a word like any other
  EXPECT_EQ(hits(*english, "the"), 0U);                       // which English does not count as a word
  EXPECT_EQ(sync_wait(english->search(theirs(), text_query("probes", "runs"))).value().items.size(), 0U);
}

// What others say costs a search nothing: no entry of the full-text index is read for two tenants.
TEST_F(Postgres, SharesNoEntryOfTheFullTextIndexBetweenTenants) {
  probe p;
  p.name = "canary's song";
  auto const first = open();
  for (auto const& who : {ours(), theirs()}) sync_wait(first->write(who, batch().add(insert(p)))).value();

  for (auto const* language : {"simple", "english"}) {
    auto options = database_.options();
    options.search_language = language;
    auto const store = open(options);

    auto const entries = database_.as_admin("SELECT max(ndoc) FROM ts_stat('SELECT sambung_words FROM probes')");
    EXPECT_EQ(entries[0][0].as<int>(), 1) << language;
    EXPECT_EQ(hits(*store, "Canary SONG"), 1U) << language;
    EXPECT_EQ(hits(*store, "canary' & song"), 1U) << language;
  }
}

// Nor do others' rows cost a search for what is one owner's: none is read.
TEST_F(Postgres, ReadsNoRowsOfOthersInASearchByOwner) {
  constexpr int all = 5'000, own = 20;
  auto const store = open();
  batch b;
  for (int i = 0; i < all; ++i) {
    probe p;
    p.id = probe_id{numbered(static_cast<std::uint64_t>(1'000 + i))};
    p.owner_id = user_id{numbered(static_cast<std::uint64_t>(i % (all / own)))};
    p.rank = i;
    p.body = "common";
    b.add(insert(p));
  }
  sync_wait(store->write(ours(), std::move(b))).value();
  database_.as_admin("ANALYZE probes");

  auto const read = database_.as_admin(
      "SELECT set_config('sambung.tenant_id', '" + to_string(numbered(1)) +
      "', true); SELECT * FROM sambung_search_probes('{common}', '{owner_id}', '{=}', ARRAY['" +
      to_string(numbered(7)) +
      "'], NULL, 100); SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relid = "
      "'probes'::regclass");

  EXPECT_EQ(hits(*store, "common"), 100U);
  EXPECT_GE(read[0][0].as<int>(), own);
  EXPECT_LE(read[0][0].as<int>(), 3 * own);
}

TEST_F(Postgres, FindsWhatIsAnOwnersInALanguage) {
  auto options = database_.options();
  options.search_language = "english";
  auto const store = open(options);
  for (int i = 1; i <= 3; ++i) {
    probe p;
    p.id = probe_id{numbered(static_cast<std::uint64_t>(i))};
    p.owner_id = user_id{numbered(i == 2 ? 8 : 7)};
    p.rank = i;
    p.body = "She was running";
    sync_wait(store->write(ours(), batch().add(insert(p)))).value();
  }
  auto q = text_query("probes", "runs").where(where(&probe::owner_id, user_id{numbered(7)}));

  EXPECT_EQ(hits(*store, "runs"), 3U);
  EXPECT_EQ(sync_wait(store->search(ours(), std::move(q))).value().items.size(), 2U);
}

TEST_F(Postgres, TakesTextThatIsTooLongForItsIndexAlone) {
  auto const store = open();
  probe p;
  for (int i = 0; p.body.size() < 95'000; ++i) p.body += "wörd" + std::to_string(i) + ' ';
  p.body += std::string(4'000, 'x');

  ASSERT_TRUE(sync_wait(store->write(ours(), batch().add(insert(p)))));

  EXPECT_EQ(hits(*store, "WÖRD77"), 1U);
  EXPECT_EQ(hits(*store, std::string(1'000, 'X')), 1U);  // words are compared by their first 64 letters
}

TEST_F(Postgres, WritesTheWordsOfRowsThatAreThereAlready) {
  auto const before = open();
  for (int i = 1; i <= 180; ++i) {  // more than one page
    probe p;
    p.id = probe_id{numbered(100 + i)};
    p.rank = i;
    p.body = "机器学习 O'Neil";
    for (auto const& who : {ours(), theirs()}) sync_wait(before->write(who, batch().add(insert(p)))).value();
  }
  // As an earlier version kept them: by words that PostgreSQL made.
  database_.as_owner(
      "DROP TRIGGER sambung_make_words ON probes; ALTER TABLE probes DROP COLUMN sambung_words, DROP COLUMN "
      "sambung_said_name, DROP COLUMN sambung_said_body; "
      "ALTER "
      "TABLE probes ADD COLUMN sambung_words tsvector GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED; UPDATE "
      "sambung_schema SET checksum = 'earlier'");

  auto const store = open();
  // What a small database has no more of was done at once.
  EXPECT_EQ(sync_wait(store->lacking_words(theirs(), "probes")).value(), value(numbered(180)));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(sync_wait(store->index_words()).value());
  EXPECT_EQ(sync_wait(store->lacking_words(theirs(), "probes")).value(), value(numbered(130)));  // each in turn
  write_words(*store);
  EXPECT_FALSE(sync_wait(store->lacking_words(theirs(), "probes")).value());

  EXPECT_EQ(hits(*store, "器学习 oneil"), 0U);
  EXPECT_EQ(hits(*store, "器学习 o neil"), 100U);
  EXPECT_EQ(sync_wait(store->search(theirs(), text_query("probes", "机器").limit(1'000))).value().items.size(), 180U);
}

TEST_F(Postgres, GoesOnWritingWordsWhereItWasInterrupted) {
  probe p;
  p.name = "kept";
  p.body = "written again";
  sync_wait(open()->write(ours(), batch().add(insert(p)))).value();
  auto const comment = [&](std::string const& text) {
    database_.as_owner("COMMENT ON COLUMN probes.sambung_words IS '" + text + "'");
  };
  auto const print = database_
                         .as_owner(
                             "SELECT col_description('probes'::regclass, attnum) FROM pg_attribute WHERE attrelid = "
                             "'probes'::regclass AND "
                             "attname = 'sambung_words'")[0][0]
                         .as<std::string>();
  database_.as_admin("UPDATE probes SET sambung_said_name = NULL, sambung_said_body = NULL");
  EXPECT_EQ(hits(*open(), "written"), 0U);

  comment("unwritten " + print);  // as an earlier version says it

  EXPECT_EQ(hits(*open(), "written"), 1U);
  for (auto const* column : {"sambung_said_name", "sambung_said_body"}) {
    database_.as_admin("UPDATE probes SET " + std::string(column) + " = NULL");
    comment("unwritten " + print);
    EXPECT_EQ(hits(*open(), "kept written"), 1U) << column;
  }
  database_.as_admin("UPDATE probes SET sambung_said_name = NULL, sambung_said_body = NULL");
  EXPECT_EQ(hits(*open(), "written"), 0U);  // it was done, so nothing is looked for
}

// Rows keep what they are found by until it is written again, whatever is changed meanwhile.
TEST_F(Postgres, FindsByEarlierWordsUntilOthersAreWritten) {
  {
    auto const store = open();
    for (int i = 1; i <= 260; ++i) {
      probe p;
      p.id = probe_id{numbered(100 + i)};
      p.rank = i;
      p.name = "name";
      p.body = "narwhal";
      sync_wait(store->write(ours(), batch().add(insert(p)))).value();
    }
  }
  auto const& table = description_of<probe>();
  database_.as_owner("COMMENT ON COLUMN probes.sambung_words IS '" +
                     sql::words_print(table, "simple", detail::words_version - 1) +
                     "'; UPDATE sambung_schema SET checksum = 'earlier'");
  database_.as_admin("UPDATE probes SET sambung_said_body = 'elder'");

  auto const store = open();

  auto const all = [&](std::string text) {
    return sync_wait(store->search(ours(), text_query("probes", std::move(text)).limit(max_rows))).value().items.size();
  };
  EXPECT_EQ(all("narwhal"), 200U);
  EXPECT_EQ(all("elder"), 60U);
  auto changed = update<probe>(probe_id{numbered(101)}).set(&probe::name, "other");
  sync_wait(store->write(ours(), batch().add(std::move(changed)))).value();
  EXPECT_EQ(all("other elder"), 1U);
  EXPECT_TRUE(sync_wait(store->index_words()).value());
  EXPECT_EQ(all("narwhal"), 250U);
  write_words(*store);
  EXPECT_EQ(all("narwhal"), 260U);
  EXPECT_EQ(all("elder"), 0U);
  EXPECT_EQ(all("other narwhal"), 1U);
}

// The server writes the whole table into another file otherwise, and lets nobody read meanwhile.
TEST_F(Postgres, WritesNoTableAgainWhereOtherColumnsAreSearched) {
  {
    auto const store = open_postgres(database_.options()).value();
    sync_wait(store->migrate(leaves<by_title::leaf>())).value();
    by_title::leaf const one{1, "fern", "spores"};
    sync_wait(store->write(ours(), batch().add(insert(one)))).value();
  }
  auto const file = [&](std::string const& table) {
    return database_.as_admin("SELECT pg_relation_filenode('" + table + "')")[0][0].as<std::int64_t>();
  };
  auto const before = file("leaves");
  auto const store = open_postgres(database_.options()).value();
  sync_wait(store->migrate(leaves<by_text::leaf>())).value();
  write_words(*store);
  auto const finds = [&](std::string word) {
    return sync_wait(store->search(ours(), text_query("leaves", std::move(word)))).value().items.size();
  };

  EXPECT_EQ(file("leaves"), before);
  EXPECT_EQ(finds("spores"), 1U);
  EXPECT_EQ(finds("fern"), 0U);
  auto said = update<by_text::leaf>(std::int64_t(1)).set(&by_text::leaf::text, "seeds");
  sync_wait(store->write(ours(), batch().add(std::move(said)))).value();
  EXPECT_EQ(finds("seeds"), 1U);
}

TEST_F(Postgres, DropsWhatIsSearchedOnceNothingIs) {
  auto const store = open_postgres(database_.options()).value();
  auto const words = [&] {
    return database_
        .as_admin("SELECT count(*) FROM information_schema.columns WHERE table_schema = '" + database_.schema() +
                  "' AND table_name = 'leaves' AND column_name LIKE 'sambung%'")[0][0]
        .as<int>();
  };
  sync_wait(store->migrate(leaves<by_title::leaf>())).value();
  by_title::leaf const one{1, "fern", "spores"};
  sync_wait(store->write(ours(), batch().add(insert(one)))).value();
  EXPECT_GT(words(), 0);

  sync_wait(store->migrate(leaves<unsearched::leaf>())).value();

  EXPECT_EQ(words(), 0);
  EXPECT_EQ(sync_wait(store->search(ours(), text_query("leaves", "fern"))).error().code, errc::invalid_argument);
  unsearched::leaf const other{2, "moss", "spores"};
  EXPECT_TRUE(sync_wait(store->write(ours(), batch().add(insert(other)))));
  sync_wait(store->migrate(leaves<by_title::leaf>())).value();
  write_words(*store);
  for (auto const* word : {"fern", "moss"})
    EXPECT_EQ(sync_wait(store->search(ours(), text_query("leaves", word))).value().items.size(), 1U) << word;
}

TEST_F(Postgres, TakesOverWordsThatTheServerGenerated) {
  probe p;
  p.body = "narwhal";
  sync_wait(open()->write(ours(), batch().add(insert(p)))).value();
  database_.as_owner(
      "DROP TRIGGER sambung_make_words ON probes; ALTER TABLE probes DROP COLUMN sambung_words; ALTER TABLE probes ADD "
      "COLUMN sambung_words tsvector GENERATED "
      "ALWAYS AS (array_to_tsvector(string_to_array(coalesce(sambung_said_body, ''), ' '))) STORED; UPDATE "
      "sambung_schema SET checksum = 'earlier'");
  auto const file = [&] {
    return database_.as_admin("SELECT pg_relation_filenode('probes')")[0][0].as<std::int64_t>();
  };
  auto const before = file();

  auto const store = open();

  EXPECT_EQ(file(), before);
  EXPECT_EQ(hits(*store, "narwhal"), 1U);
}

TEST_F(Postgres, GoesOnAfterADeadlockWhenItWritesWords) {
  probe p;
  p.body = "narwhal";
  sync_wait(open()->write(ours(), batch().add(insert(p)))).value();
  leave_words();
  refuse_updates("'40P01', '40001'");

  EXPECT_EQ(hits(*open(), "narwhal"), 1U);
}

TEST_F(Postgres, PassesOverARowWhoseWordsCannotBeWritten) {
  batch b;
  for (int i = 1; i <= 60; ++i) {
    probe p;
    p.id = probe_id{numbered(static_cast<std::uint64_t>(i))};
    p.rank = i;
    p.body = "narwhal";
    b.add(insert(p));
  }
  sync_wait(open()->write(ours(), std::move(b))).value();
  leave_words();
  database_.as_owner(
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.rank = 30 THEN RAISE EXCEPTION "
      "'no' USING ERRCODE = '54000'; END IF; RETURN NEW; END $$; CREATE TRIGGER refusing BEFORE UPDATE ON probes FOR "
      "EACH ROW EXECUTE FUNCTION refuse()");

  auto const store = open();
  write_words(*store);

  EXPECT_EQ(hits(*store, "narwhal"), 59U);
  EXPECT_FALSE(sync_wait(store->lacking_words(ours(), "probes")).value());
}

TEST_F(Postgres, RefusesAKeyThatNoIndexTakes) {
  auto const store = open();
  probe_counter c;
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) c.name += static_cast<char>('!' + random() % 90);

  EXPECT_EQ(sync_wait(store->write(ours(), batch().add(insert(c)))).error().code, errc::payload_too_large);
  EXPECT_TRUE(put(*store, 1));
}

TEST_F(Postgres, RefusesAChildWithoutItsParent) {
  tests::desk_options on_postgres;
  on_postgres.storage = open_postgres(database_.options()).value();
  tests::desk const desk(on_postgres);
  auto const& store = desk.storage;
  chat parent;
  parent.id = chat_id{numbered(7)};
  parent.model = "m/m";
  sync_wait(store->write(ours(), batch().add(insert(parent)))).value();
  message child;
  child.id = message_id{numbered(8)};
  child.chat_id = parent.id;

  EXPECT_EQ(sync_wait(store->write(theirs(), batch().add(insert(child)))).error().code, errc::conflict);
  EXPECT_TRUE(sync_wait(store->write(ours(), batch().add(insert(child)))));
  EXPECT_EQ(sync_wait(store->write(ours(), batch().add(erase<chat>(parent.id)))).error().code, errc::conflict);
}

TEST_F(Postgres, StopsAStatementThatTakesTooLong) {
  auto options = database_.options();
  auto const patient = open(options);
  put(*patient, 1).value();
  options.statement_timeout = std::chrono::milliseconds(100);
  auto const hasty = open(options);
  pqxx::connection blocker(postgres_database::admin_url());
  pqxx::work held(blocker);
  held.exec("SELECT 1 FROM " + database_.schema() + ".probe_counters FOR UPDATE");

  auto const late = sync_wait(hasty->write(ours(), batch().add(erase<probe_counter>(std::string("counter 1")))));

  EXPECT_EQ(late.error().code, errc::unavailable);
  held.abort();
  EXPECT_TRUE(put(*hasty, 2));
}

TEST_F(Postgres, RepeatsABatchThatCouldNotBeSerialized) {
  put(*open(), 1).value();
  auto options = database_.options();
  options.url += "?options=-c%20default_transaction_isolation%3Dserializable";
  auto const strict = open(options);
  pqxx::connection connection(postgres_database::admin_url());
  pqxx::work other(connection);
  other.exec("UPDATE " + database_.schema() + ".probe_counters SET hits = 5");
  auto counted = std::async(std::launch::async, [&] {
    probe_counter const once{"counter 1", 1, 0, ""};
    return sync_wait(strict->write(ours(), batch().add(increment(once, &probe_counter::hits))));
  });
  wait_behind(connection);

  other.commit();

  EXPECT_TRUE(counted.get());
  EXPECT_EQ(database_.as_admin("SELECT hits FROM probe_counters")[0][0].as<int>(), 6);
}

TEST_F(Postgres, KeepsABatchThatWasRefusedOnlyOnce) {
  auto const store = open();
  refuse_counters("'23505'");

  EXPECT_TRUE(put(*store, 1));

  EXPECT_EQ(count(*store), 1U);
}

TEST_F(Postgres, HoldsRowsForNoHostThatIsGone) {
  auto const store = open();
  refuse_counters("'23505'");  // so that it is put in a transaction of several messages
  database_.as_owner(
      "CREATE TABLE seen (setting text); CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ "
      "BEGIN INSERT INTO seen SELECT current_setting('tcp_keepalives_' || name) FROM unnest(ARRAY['idle', 'interval', "
      "'count']) AS name UNION ALL SELECT current_setting('idle_in_transaction_session_timeout'); RETURN NEW; END $$; "
      "CREATE TRIGGER watching AFTER INSERT ON probe_counters FOR EACH ROW EXECUTE FUNCTION see()");

  put(*store, 1).value();

  auto const seen = database_.as_admin("SELECT string_agg(setting, ' ') FROM seen");
  EXPECT_STREQ(seen[0][0].c_str(), "30 5 3 10s");
}

TEST_F(Postgres, LeavesNoTransactionOpenWhenTheServerGivesUpHalfWay) {
  auto options = database_.options();
  options.connections = 1;
  auto const store = open(options);
  refuse_counters("'23505', '53200'");

  auto const refused = put(*store, 1);

  EXPECT_EQ(refused.error().code, errc::unavailable);
  EXPECT_TRUE(put(*store, 1));
  EXPECT_EQ(count(*store), 1U);
}

TEST_F(Postgres, ReportsDamagedRows) {
  auto const store = open();
  for (std::uint64_t number = 1; number <= 4; ++number) {
    probe p;
    p.id = probe_id{numbered(number)};
    p.rank = static_cast<std::int64_t>(number);
    sync_wait(store->write(ours(), batch().add(insert(p)))).value();
  }
  database_.as_admin(
      "DROP TRIGGER sambung_make_words ON probes; "  // which looks at the owner, too
      "ALTER TABLE probes ALTER COLUMN owner_id TYPE text, ALTER COLUMN rank TYPE text, ALTER COLUMN weight TYPE text; "
      "UPDATE probes SET owner_id = 'nobody' WHERE rank = '1'; UPDATE probes SET weight = 'light' WHERE rank = '2'; "
      "UPDATE probes SET rank = 'high' WHERE rank = '3'");
  auto const read = [&](std::uint64_t number) {
    return sync_wait(store->read(ours(), query("probes").where("id", comparison::equal, numbered(number))));
  };

  for (std::uint64_t number = 1; number <= 3; ++number) EXPECT_EQ(read(number).error().code, errc::data_loss) << number;
  EXPECT_EQ(read(4).value().items.size(), 1U);
}

TEST_F(Postgres, GoesOnAfterItsConnectionsWereCut) {
  auto const store = open();
  put(*store, 1).value();

  database_.as_admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'sambung_app'");

  EXPECT_EQ(count(*store), 1U);
  EXPECT_TRUE(put(*store, 2));
}

TEST_F(Postgres, ReadsASnapshotAsItWasAtTheFirstRead) {
  auto const store = open();
  put(*store, 1).value();
  auto options = database_.options();
  options.migrator_url.clear();
  auto const snapshot = open_postgres_snapshot(options).value();
  sync_wait(snapshot->migrate(testing::probe_schema())).value();
  EXPECT_EQ(count(*snapshot), 1U);

  put(*store, 2).value();

  EXPECT_EQ(count(*snapshot), 1U);
  EXPECT_EQ(count(*snapshot, theirs()), 0U);
  EXPECT_EQ(count(*store), 2U);
  EXPECT_EQ(put(*snapshot, 3).error().code, errc::unsupported);
  EXPECT_EQ(snapshot->backend(), store->backend());
}

// Another connection would be another snapshot.
TEST_F(Postgres, LosesASnapshotWithItsConnection) {
  open();
  auto options = database_.options();
  options.url += "?application_name=" + database_.schema();
  auto const snapshot = open_postgres_snapshot(options).value();
  sync_wait(snapshot->migrate(testing::probe_schema())).value();
  EXPECT_EQ(count(*snapshot), 0U);

  database_.as_admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '" +
                     database_.schema() + "'");

  for (int i = 0; i < 2; ++i) EXPECT_EQ(sync_wait(snapshot->check()).error().code, errc::unavailable);
}

TEST_F(Postgres, SearchesASnapshot) {
  auto const store = open();
  probe p;
  p.body = "Apa khabar";
  sync_wait(store->write(ours(), batch().add(insert(p)))).value();
  auto const snapshot = open_postgres_snapshot(database_.options()).value();
  sync_wait(snapshot->migrate(testing::probe_schema())).value();

  EXPECT_EQ(hits(*snapshot, "KHABAR"), 1U);
  EXPECT_TRUE(sync_wait(snapshot->check()));
}

// As for an engine that only reads.
TEST_F(Postgres, AdoptsASnapshotWithWhatLacksItsWords) {
  auto const store = open();
  probe p;
  p.id = probe_id{numbered(1)};
  sync_wait(store->write(ours(), batch().add(insert(p)))).value();
  database_.as_admin("INSERT INTO sambung_unindexed (table_name, tenant_id) SELECT 'probes', tenant_id FROM probes");
  auto const snapshot = open_postgres_snapshot(database_.options()).value();

  sync_wait(snapshot->adopt(testing::probe_schema())).value();

  EXPECT_EQ(sync_wait(snapshot->lacking_words(ours(), "probes")).value(), value(numbered(1)));
  EXPECT_FALSE(sync_wait(snapshot->lacking_words(theirs(), "probes")).value());
}

TEST_F(Postgres, RefusesASnapshotThatWouldLeaveTablesOut) {
  migrate(database_.options(), standard_schema({old_library()->modules().front()})).value();
  auto const snapshot = open_postgres_snapshot(database_.options()).value();

  auto const refused = sync_wait(snapshot->migrate(standard_schema()));

  EXPECT_EQ(refused.error().code, errc::unsupported);
  EXPECT_NE(refused.error().message.find("library"), std::string::npos) << refused.error().message;
}

TEST_F(Postgres, KeepsOtherSettingsOfItsUrl) {
  auto options = database_.options();
  options.url += "?application_name=a%20name%20of%20its%20own";
  auto const store = open(options);

  auto const seen =
      database_.as_admin("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'a name of its own'");

  EXPECT_GE(seen[0][0].as<int>(), 1);
}

}  // namespace
}  // namespace sambung::postgres_test
