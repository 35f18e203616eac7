// A search looks through the newest rows first and takes the rest from the index: nobody can tell which.
#include "support/postgres_database.hpp"
#include "testing/probe.hpp"

#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace sambung::postgres_search_test {
namespace {

using testing::numbered;

constexpr std::int64_t rows_each = 9'000;  // more than twice what is looked through

scope tenant(std::uint64_t number) { return testing::tenant_scope(tenant_id{numbered(number)}); }

class PostgresSearch : public ::testing::Test {
 protected:
  PostgresSearch() {
    sync_wait(store_->migrate(testing::probe_schema())).value();
    // Tenants 1 and 2: every row is "all", those of a third "third", three of them "rare", the oldest hundred "old".
    database_.as_admin(
        "INSERT INTO probes (tenant_id, id, owner_id, name, sambung_said_name, label, active, rank, weight, made_at, "
        "due_at, color, tags, extra, body, sambung_said_body, revision) SELECT lpad(t::text, 32, '0')::uuid, "
        "lpad(to_hex(i), 32, '0')::uuid, lpad('1', 32, '0')::uuid, words, words, NULL, i % 2 = 0, i, 0, 0, NULL, "
        "'red', "
        "'[]', NULL, '', '', 1 FROM (SELECT i, 'all' || CASE WHEN i % 3 = 0 THEN ' third' ELSE ' others' END || CASE "
        "WHEN i IN (7, 4000, 8999) THEN ' rare' ELSE '' END || CASE WHEN i < 100 THEN ' old' ELSE '' END AS words FROM "
        "generate_series(0, " +
        std::to_string(rows_each - 1) + ") AS i) AS texts, generate_series(1, 2) AS t");
  }

  // The ranks of every row found, page by page.
  std::vector<std::int64_t> found(std::string const& text, std::size_t page,
                                  std::vector<condition> const& narrowed = {}) {
    std::vector<std::int64_t> out;
    std::optional<value> after;
    for (;;) {
      auto q = text_query("probes", text).limit(page);
      for (auto const& c : narrowed) q = std::move(q).where(c);
      if (after) q = std::move(q).after(*after);
      auto const rows = sync_wait(store_->search(tenant(1), std::move(q))).value();
      for (auto const& row : rows.items) out.push_back(std::get<std::int64_t>(row[5]));
      if (!rows.more) return out;
      after = rows.items.back().front();
    }
  }

  // Pages of words that wait for somebody to bring them into the index; then none.
  std::int64_t put_off() {
    return database_.as_admin("SELECT gin_clean_pending_list('probes_words'::regclass)")[0][0].as<std::int64_t>();
  }
  void say_more() { database_.as_admin("UPDATE probes SET sambung_said_name = sambung_said_name || ' more'"); }

  template <class F>
  static std::vector<std::int64_t> newest_first(F&& holds) {
    std::vector<std::int64_t> out;
    for (auto i = rows_each - 1; i >= 0; --i)
      if (holds(i)) out.push_back(i);
    return out;
  }

  tests::postgres_database database_;
  std::shared_ptr<storage> store_ = open_postgres(database_.options()).value();
};

TEST_F(PostgresSearch, FindsWhatIsFrequent) {
  EXPECT_EQ(found("all", 900), newest_first([](auto) { return true; }));
  EXPECT_EQ(found("third", 700), newest_first([](auto i) { return i % 3 == 0; }));
}

TEST_F(PostgresSearch, FindsWhatIsRareAmongTheNewestAndTheOldest) {
  EXPECT_EQ(found("rare", 10), (std::vector<std::int64_t>{8999, 4000, 7}));
  EXPECT_EQ(found("rare", 1), (std::vector<std::int64_t>{8999, 4000, 7}));
  EXPECT_EQ(found("old", 30), newest_first([](auto i) { return i < 100; }));
}

TEST_F(PostgresSearch, FindsNothingOfWordsThatNeverMeet) {
  EXPECT_TRUE(found("third others", 10).empty());
  EXPECT_TRUE(found("nowhere", 10).empty());
}

TEST_F(PostgresSearch, NarrowsBothParts) {
  std::vector<condition> const even{{"active", comparison::equal, value(true)}};

  EXPECT_EQ(found("rare", 10, even), (std::vector<std::int64_t>{4000}));
  EXPECT_EQ(found("old", 7, even), newest_first([](auto i) { return i < 100 && i % 2 == 0; }));
}

TEST_F(PostgresSearch, LeavesNoWordsForALaterWrite) {
  EXPECT_EQ(put_off(), 0);

  database_.as_owner("ALTER INDEX probes_words RESET (fastupdate)");  // as earlier versions made it
  say_more();
  EXPECT_GT(put_off(), 0);

  sync_wait(open_postgres(database_.options()).value()->migrate(testing::probe_schema())).value();
  say_more();
  EXPECT_EQ(put_off(), 0);
}

}  // namespace
}  // namespace sambung::postgres_search_test
