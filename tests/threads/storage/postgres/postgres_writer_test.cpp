// Batches that wait together are committed together, and nobody can tell but by the time it takes.
#include "support/postgres_database.hpp"
#include "testing/probe.hpp"

#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace sambung::postgres_writer_test {
namespace {

namespace asio = boost::asio;
using testing::numbered;
using testing::probe;
using testing::probe_counter;
using testing::probe_id;
using tests::postgres_database;

scope tenant(std::uint64_t number) { return testing::tenant_scope(tenant_id{numbered(number)}); }

probe numbered_probe(std::uint64_t number) {
  probe p;
  p.id = probe_id{numbered(number)};
  p.rank = static_cast<std::int64_t>(number);
  return p;
}

batch put(std::uint64_t number) {
  batch b;
  b.add(insert(numbered_probe(number)));
  return b;
}

batch hit(std::vector<std::string> const& names) {
  batch b;
  for (auto const& name : names) b.add(increment(probe_counter{name, 1, 0, ""}, &probe_counter::hits));
  return b;
}

class PostgresWriter : public ::testing::Test {
 protected:
  struct request {
    scope who;
    batch changes;
  };

  std::shared_ptr<storage> open(std::size_t connections) const {
    auto options = database_.options();
    options.connections = connections;
    options.max_wait = std::chrono::minutes(1);  // under ThreadSanitizer it takes seconds to ask for so much
    auto store = open_postgres(options).value();
    sync_wait(store->migrate(testing::probe_schema())).value();
    return store;
  }

  // Writes everything at once while the tables are locked, so that all but the first wait for each other.
  std::vector<result<receipt>> write_together(storage& store, std::vector<request> const& all) const {
    std::vector<result<receipt>> outcomes(all.size(), failure(errc::internal, "no outcome"));
    asio::io_context io;
    auto one = [&](std::size_t i) -> task<void> {
      auto changes = all[i].changes;
      outcomes[i] = co_await store.write(all[i].who, std::move(changes));
    };
    {
      pqxx::connection connection(postgres_database::admin_url());
      pqxx::work locking(connection);
      locking.exec("LOCK TABLE " + database_.schema() + ".probes, " + database_.schema() +
                   ".probe_counters IN ACCESS EXCLUSIVE MODE");
      for (std::size_t i = 0; i < all.size(); ++i)
        asio::co_spawn(io, one(i), [](std::exception_ptr thrown) { EXPECT_FALSE(thrown); });
      while (io.poll_one() != 0) continue;
    }
    io.run();
    return outcomes;
  }

  std::int64_t number(std::string const& query) const { return database_.as_admin(query)[0][0].as<std::int64_t>(); }

  postgres_database database_;
};

TEST_F(PostgresWriter, CommitsWhatWaitsTogether) {
  auto const store = open(2);
  std::vector<request> all;
  for (std::uint64_t i = 0; i < 17; ++i) all.push_back({tenant(1), put(i)});

  auto const outcomes = write_together(*store, all);

  for (auto const& outcome : outcomes) EXPECT_EQ(outcome.value().rows, 1U);
  EXPECT_EQ(number("SELECT count(*) FROM probes"), 17);
  EXPECT_LE(number("SELECT count(DISTINCT xmin::text) FROM probes"), 3);
}

TEST_F(PostgresWriter, LetsABatchFailWithoutItsNeighbours) {
  auto const store = open(2);
  sync_wait(store->write(tenant(1), put(5))).value();
  std::vector<request> all;
  for (std::uint64_t i = 0; i < 40; ++i) all.push_back({tenant(1), put(i)});

  auto const outcomes = write_together(*store, all);

  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i == 5) EXPECT_EQ(outcomes[i].error().code, errc::already_exists);
    else EXPECT_EQ(outcomes[i].value().rows, 1U) << i;
  }
  EXPECT_EQ(number("SELECT count(*) FROM probes"), 40);
}

TEST_F(PostgresWriter, LeavesNothingOfABatchThatFailedInAGroup) {
  auto const store = open(2);
  std::vector<request> all;
  for (std::uint64_t i = 0; i < 20; ++i) all.push_back({tenant(1), put(i)});
  all[10].changes.add(update<probe>(probe_id{numbered(99)}).set(&probe::name, "nobody"));

  auto const outcomes = write_together(*store, all);

  EXPECT_EQ(outcomes[10].error().code, errc::not_found);
  EXPECT_EQ(number("SELECT count(*) FROM probes"), 19);
  EXPECT_EQ(number("SELECT count(*) FROM probes WHERE rank = 10"), 0);
}

TEST_F(PostgresWriter, KeepsTheTenantsOfAGroupApart) {
  auto const store = open(2);
  std::vector<request> all;
  for (std::uint64_t i = 0; i < 40; ++i) all.push_back({tenant(1 + i % 3), put(i)});

  auto const outcomes = write_together(*store, all);

  for (auto const& outcome : outcomes) EXPECT_TRUE(outcome) << outcome.error().message;
  for (std::uint64_t i = 0; i < 3; ++i)
    EXPECT_EQ(number("SELECT count(*) FROM probes WHERE rank % 3 = " + std::to_string(i) + " AND tenant_id = " + "'" +
                     to_string(numbered(1 + i)) + "'"),
              static_cast<std::int64_t>(i == 0 ? 14 : 13));
}

TEST_F(PostgresWriter, DoesNotReachAnotherTenantsRowFromItsGroup) {
  auto const store = open(2);
  sync_wait(store->write(tenant(1), put(1))).value();
  batch theirs;
  theirs.add(update<probe>(probe_id{numbered(1)}).set(&probe::name, "stolen"));
  std::vector<request> all;
  for (std::uint64_t i = 10; i < 30; ++i) all.push_back({tenant(1), put(i)});
  all.insert(all.begin() + 10, request{tenant(2), theirs});

  auto const outcomes = write_together(*store, all);

  EXPECT_EQ(outcomes[10].error().code, errc::not_found);
  EXPECT_EQ(number("SELECT count(*) FROM probes WHERE name = 'stolen'"), 0);
}

TEST_F(PostgresWriter, CountsInTheSameRowsWithoutADeadlock) {
  auto const store = open(8);
  std::vector<request> all;
  for (int i = 0; i < 400; ++i) all.push_back({tenant(1), hit({"counter " + std::to_string(i * 7 % 10)})});
  auto const deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
  auto const before = number(deadlocks);

  auto const outcomes = write_together(*store, all);

  for (auto const& outcome : outcomes) EXPECT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(number("SELECT sum(hits) FROM probe_counters"), 400);
  EXPECT_EQ(number(deadlocks), before);
}

// As the batch that ends a turn: it adds a text unless it is there, and counts in a row of its user's and in one that
// many count in.
TEST_F(PostgresWriter, CountsInSeveralRowsBehindOthersWithoutADeadlock) {
  auto const store = open(8);
  std::vector<request> all;
  for (std::uint64_t i = 0; i < 400; ++i) {
    batch b;
    b.add(increment(numbered_probe(i)));
    for (auto const& name : {"user " + std::to_string(i), "prompt " + std::to_string(i * 7 % 10)})
      b.add(increment(probe_counter{name, 1, 0, ""}, &probe_counter::hits));
    all.push_back({tenant(1), std::move(b)});
  }
  auto const deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
  auto const before = number(deadlocks);

  auto const outcomes = write_together(*store, all);

  for (auto const& outcome : outcomes) EXPECT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(number("SELECT sum(hits) FROM probe_counters"), 800);
  EXPECT_EQ(number(deadlocks), before);
}

TEST_F(PostgresWriter, LetsOthersPassWhileSomeWaitForOneRow) {
  auto const store = open(4);
  sync_wait(store->write(tenant(1), hit({"wanted"}))).value();
  asio::io_context io;
  std::size_t counted = 0, added = 0;
  auto write = [&](batch changes, std::size_t& done) -> task<void> {
    (co_await store->write(tenant(1), std::move(changes))).value();
    ++done;
  };
  auto start = [&](batch changes, std::size_t& done) {
    asio::co_spawn(io, write(std::move(changes), done), [](std::exception_ptr thrown) { EXPECT_FALSE(thrown); });
    io.poll();
  };
  auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(8);
  auto const in_time = [&] { return std::chrono::steady_clock::now() < deadline; };
  {
    pqxx::connection connection(postgres_database::admin_url());
    pqxx::work holding(connection);
    holding.exec("UPDATE " + database_.schema() + ".probe_counters SET hits = hits");
    start(hit({"wanted"}), counted);
    auto const blocked =
        "SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0 AND query LIKE '%wanted%'";
    while (number(blocked) == 0 && in_time()) continue;
    for (std::uint64_t i = 0; i < 20; ++i) {
      start(hit({"wanted"}), counted);
      start(put(i), added);
    }
    while (added < 20 && in_time()) io.run_one_for(std::chrono::seconds(1));

    EXPECT_EQ(added, 20U);
    EXPECT_EQ(counted, 0U);
  }
  io.run();
  EXPECT_EQ(counted, 21U);
  EXPECT_EQ(number("SELECT hits FROM probe_counters"), 22);
}

TEST_F(PostgresWriter, RefusesWhatWaitsTooLongForAThread) {
  auto options = database_.options();
  options.connections = 1;
  options.max_wait = std::chrono::seconds(1);
  auto const store = open_postgres(options).value();
  sync_wait(store->migrate(testing::probe_schema())).value();
  asio::io_context io;
  std::vector<result<receipt>> outcomes;
  auto read = [&]() -> task<void> {
    auto all = query("probes");
    auto const found = co_await store->read(tenant(1), std::move(all));
    EXPECT_TRUE(found);
  };
  auto write = [&]() -> task<void> {
    auto changes = hit({"wanted"});
    outcomes.push_back(co_await store->write(tenant(1), std::move(changes)));
  };
  auto const unharmed = [](std::exception_ptr thrown) { EXPECT_FALSE(thrown); };
  {
    pqxx::connection connection(postgres_database::admin_url());
    pqxx::work locking(connection);
    locking.exec("LOCK TABLE " + database_.schema() + ".probes IN ACCESS EXCLUSIVE MODE");
    asio::co_spawn(io, read(), unharmed);  // which holds up the only thread
    for (int i = 0; i < 3; ++i) asio::co_spawn(io, write(), unharmed);
    auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(8);
    while (outcomes.size() < 3 && std::chrono::steady_clock::now() < deadline) io.run_one_for(std::chrono::seconds(1));

    EXPECT_EQ(outcomes.size(), 3U);
    for (auto const& one : outcomes) EXPECT_EQ(one.error().code, errc::unavailable);
  }
  io.run();
  EXPECT_TRUE(sync_wait(store->write(tenant(1), hit({"wanted"}))));
  EXPECT_EQ(number("SELECT hits FROM probe_counters"), 1);
}

TEST_F(PostgresWriter, TakesBatchesThatAreTooLongForOneMessageTogether) {
  auto const store = open(2);
  std::vector<request> all;
  for (std::uint64_t i = 0; i < 40; ++i) {
    auto p = numbered_probe(i);
    p.body = std::string(90'000, 'x');
    batch b;
    b.add(insert(p));
    all.push_back({tenant(1), std::move(b)});
  }

  auto const outcomes = write_together(*store, all);

  for (auto const& outcome : outcomes) EXPECT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(number("SELECT count(*) FROM probes"), 40);
}

// A kept plan is made while the table is young.
TEST_F(PostgresWriter, FindsAKeyByItsIndexInAnEmptyTable) {
  auto const store = open(2);

  auto const plan = database_.as_owner(
      "SET enable_seqscan = off; SET enable_bitmapscan = off; EXPLAIN DELETE FROM probes WHERE tenant_id = "
      "gen_random_uuid() AND id = gen_random_uuid() AND rank = 1");

  std::string text;
  for (auto const& line : plan) text += line[0].as<std::string>() + '\n';
  EXPECT_NE(text.find("probes_pkey"), text.npos) << text;
}

}  // namespace
}  // namespace sambung::postgres_writer_test
