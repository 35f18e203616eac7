// Hot standbys answer reads, but never with less than what was written before.
#include "support/eventually.hpp"
#include "support/measured.hpp"
#include "support/postgres_cluster.hpp"
#include "testing/probe.hpp"

#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

namespace sambung::tests::postgres_replicas_test {
namespace {

using testing::probe_counter;

scope ours() { return testing::tenant_scope(tenant_id{testing::numbered(1)}); }

// A storage on a primary with one standby; the servers are made once for all tests.
class PostgresReplicas : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    primary_ = std::make_unique<postgres_cluster>();
    standby_ = std::make_unique<postgres_cluster>(postgres_cluster::standby_of{*primary_});
  }
  static void TearDownTestSuite() {
    standby_.reset();
    primary_.reset();
  }

  PostgresReplicas() : database_(primary_->new_database()), store_(open()) {}

  std::shared_ptr<storage> open() const {
    auto options = database_.options();
    options.replicas.push_back(standby_->database(database_.name).app_url);
    options.max_staleness = std::chrono::minutes(5);
    auto store = open_postgres(options).value();
    sync_wait(store->migrate(testing::probe_schema())).value();
    return store;
  }

  result<receipt> put(std::string name) {
    probe_counter c;
    c.name = std::move(name);
    return sync_wait(store_->write(ours(), batch().add(insert(c))));
  }
  result<rows> read() { return sync_wait(store_->read(ours(), query("probe_counters"))); }

  // Until the standby has replayed everything.
  void await_standby() {
    auto const give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    auto const position = std::string(primary_->as_admin("SELECT pg_current_wal_flush_lsn()")[0][0].c_str());
    while (!standby_->as_admin("SELECT pg_last_wal_replay_lsn() >= '" + position + "'")[0][0].as<bool>())
      ASSERT_LT(std::chrono::steady_clock::now(), give_up);
  }

  // Takes one of the servers away for as long as it lives.
  class absence {
   public:
    explicit absence(postgres_cluster& of) : of_(of) { of_.stop(); }
    ~absence() { of_.start(); }
    absence(absence const&) = delete;
    absence& operator=(absence const&) = delete;

   private:
    postgres_cluster& of_;
  };

  inline static std::unique_ptr<postgres_cluster> primary_, standby_;
  cluster_database database_;
  std::shared_ptr<storage> store_;
};

TEST_F(PostgresReplicas, AnswerWhileTheyAreNotBehind) {
  put("one").value();
  await_standby();
  read().value();  // asks the primary how far it is

  absence const without(*primary_);

  auto const found = read();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->items.size(), 1U);
  EXPECT_EQ(put("two").error().code, errc::unavailable);
}

TEST_F(PostgresReplicas, AnswerSearches) {
  testing::probe p;
  p.body = "a word to look for";
  sync_wait(store_->write(ours(), batch().add(insert(p)))).value();
  await_standby();
  read().value();

  absence const without(*primary_);

  EXPECT_EQ(sync_wait(store_->search(ours(), text_query("probes", "word"))).value().items.size(), 1U);
  EXPECT_EQ(
      sync_wait(store_->search(testing::tenant_scope(tenant_id{testing::numbered(2)}), text_query("probes", "word")))
          .value()
          .items.size(),
      0U);
}

TEST_F(PostgresReplicas, NeverHideAWriteThatCompleted) {
  standby_->as_admin("SELECT pg_wal_replay_pause()");

  for (int i = 0; i < 20; ++i) {
    put(std::to_string(i)).value();
    EXPECT_EQ(read().value().items.size(), i + 1U);
  }

  standby_->as_admin("SELECT pg_wal_replay_resume()");
  for (int i = 20; i < 200; ++i) {
    put(std::to_string(i)).value();
    EXPECT_EQ(read().value().items.size(), std::min(i + 1U, 100U));
  }
}

TEST_F(PostgresReplicas, NeverHideWordsThatWereWritten) {
  batch b;
  for (std::uint64_t i = 1; i <= 250; ++i) {
    testing::probe p;
    p.id = testing::probe_id{testing::numbered(i)};
    p.rank = static_cast<std::int64_t>(i);
    p.body = "narwhal";
    b.add(insert(p));
  }
  sync_wait(store_->write(ours(), std::move(b))).value();
  primary_->as_admin(
      "UPDATE sambung.probes SET sambung_said_body = NULL; COMMENT ON COLUMN sambung.probes.sambung_words IS 'others'",
      database_.name);
  auto const store = open();  // which leaves fifty of them
  auto const hits = [&] {
    return sync_wait(store->search(ours(), text_query("probes", "narwhal").limit(max_rows))).value().items.size();
  };
  await_standby();
  EXPECT_EQ(hits(), 200U);
  standby_->as_admin("SELECT pg_wal_replay_pause()");

  EXPECT_TRUE(sync_wait(store->index_words()).value());

  EXPECT_EQ(hits(), 250U);
  standby_->as_admin("SELECT pg_wal_replay_resume()");
}

TEST_F(PostgresReplicas, AreNotNeeded) {
  put("one").value();
  absence const without(*standby_);

  EXPECT_EQ(read().value().items.size(), 1U);
}

TEST_F(PostgresReplicas, SayHowFarTheyAreBehind) {
  auto const measured = std::make_shared<metrics>();
  store_->measure(measured);
  auto const lag = [&] { return test::measured_value(*measured, "sambung_replica_lag_seconds"); };
  put("one").value();
  await_standby();
  EXPECT_TRUE(test::eventually([&] { return lag() == 0; }));
  standby_->as_admin("SELECT pg_wal_replay_pause()");

  put("two").value();

  EXPECT_TRUE(test::eventually([&] { return lag() > 0; }));
  standby_->as_admin("SELECT pg_wal_replay_resume()");
  EXPECT_TRUE(test::eventually([&] { return lag() == 0; }));
}

// The last one: the standby does not come back from it.
TEST_F(PostgresReplicas, AreLeftAloneOnceTheyArePromoted) {
  put("one").value();
  await_standby();
  standby_->as_admin("SELECT pg_promote()");
  standby_->as_admin("DELETE FROM sambung.probe_counters", database_.name);

  EXPECT_EQ(read().value().items.size(), 1U);
}

}  // namespace
}  // namespace sambung::tests::postgres_replicas_test
