// PostgreSQL is away in one way after the other: calls say so quickly, and work again by themselves.
#include "support/desk.hpp"
#include "support/postgres_cluster.hpp"
#include "support/settings.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <future>

namespace sambung::tests::postgres_away_test {
namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

constexpr auto statement_timeout = 1s;
// Beyond statement_timeout a connection is cut when it was silent for a second more; and machines are slow.
constexpr auto cut_at_the_latest = statement_timeout + 3s;

class PostgresAway : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { cluster_ = std::make_unique<postgres_cluster>(cluster_options::without_sync()); }
  static void TearDownTestSuite() { cluster_.reset(); }

  static postgres_cluster& cluster() { return *cluster_; }

  static desk_options on(std::shared_ptr<storage> store) {
    desk_options options;
    options.storage = std::move(store);
    return options;
  }
  std::shared_ptr<storage> open(std::size_t connections = 4) const {
    auto options = database_.options();
    options.connections = connections;
    options.max_wait = 1s;
    options.statement_timeout = statement_timeout;
    return open_postgres(options).value();
  }

  struct answer {
    std::optional<errc> code;
    clock_type::duration took{};
  };
  template <class T>
  static answer timed(task<T> call) {
    auto const begun = clock_type::now();
    auto const code = code_of(std::move(call));
    return {code, clock_type::now() - begun};
  }

  // One after the other: a read, a write and a check, again and again.
  static void expect_quick_refusals(desk& d, int rounds = 10) {
    clock_type::duration longest{};
    for (int i = 0; i < rounds; ++i)
      for (auto const& one :
           {timed(d.chats().list()), timed(d.chats().create("Test", "scripted/model")), timed(d.engine->check())}) {
        EXPECT_EQ(one.code, errc::unavailable);
        longest = std::max(longest, one.took);
      }
    EXPECT_LT(longest, within(1s));
    std::cout << "refused after at most " << std::chrono::duration<double, std::milli>(longest).count() << " ms\n";
  }

  static void expect_that_it_comes_back(desk& d) {
    auto const back = clock_type::now();
    auto one = timed(d.chats().create("Test", "scripted/model"));
    while (one.code == errc::unavailable && clock_type::now() - back < within(2s))
      one = timed(d.chats().create("Test", "scripted/model"));
    auto const took = clock_type::now() - back;
    EXPECT_FALSE(one.code);
    EXPECT_LT(took, within(2s));
    std::cout << "back after " << std::chrono::duration<double, std::milli>(took).count() << " ms\n";
  }

  // So many reads at once; each answer with its time.
  static std::vector<answer> at_once(desk& d, int count) {
    std::vector<std::future<answer>> asked;
    for (int i = 0; i < count; ++i)
      asked.push_back(std::async(std::launch::async, [&] { return timed(d.chats().list()); }));
    std::vector<answer> told;
    for (auto& one : asked) told.push_back(one.get());
    return told;
  }

  cluster_database const database_ = cluster_->new_database();
  inline static std::unique_ptr<postgres_cluster> cluster_;
};

TEST_F(PostgresAway, IsUnavailableAtOnceWhileTheServerIsStopped) {
  desk d(on(open()));

  cluster().stop();
  expect_quick_refusals(d);
  cluster().start();

  expect_that_it_comes_back(d);
}

TEST_F(PostgresAway, IsUnavailableAtOnceWhileTheServerIsStartingUp) {
  desk d(on(open()));

  cluster().begin_refusing();
  expect_quick_refusals(d);
  cluster().end_refusing();

  expect_that_it_comes_back(d);
}

TEST_F(PostgresAway, NoticesConnectionsThatWereEndedWhileIdle) {
  desk d(on(open()));
  at_once(d, 16);

  for (int round = 0; round < 5; ++round) {
    cluster().terminate_all();

    EXPECT_FALSE(timed(d.chats().create("Test", "scripted/model")).code) << "a write on a connection known to be gone";
    for (auto const& one : at_once(d, 16)) EXPECT_FALSE(one.code);
  }
}

TEST_F(PostgresAway, CutsConnectionsToAServerThatFellSilent) {
  desk d(on(open()));
  at_once(d, 16);

  cluster().pause();
  auto const told = at_once(d, 40);
  std::vector<answer> later;
  for (auto const begun = clock_type::now(); clock_type::now() - begun < 3s;)
    for (auto const& one : at_once(d, 8)) later.push_back(one);
  cluster().resume();

  clock_type::duration longest{};
  for (auto const& one : told) {
    EXPECT_EQ(one.code, errc::unavailable);
    longest = std::max(longest, one.took);
  }
  EXPECT_LT(longest, within(cut_at_the_latest));
  for (auto const& one : later) EXPECT_EQ(one.code, errc::unavailable);
  auto const slow = std::ranges::count_if(later, [](answer const& one) { return one.took > within(500ms); });
  EXPECT_LE(slow, 3) << "only one call at a time tries to connect, which takes two seconds";
  std::cout << "cut after at most " << std::chrono::duration<double, std::milli>(longest).count() << " ms, then "
            << slow << " of " << later.size() << " calls were slow\n";
  expect_that_it_comes_back(d);
}

TEST_F(PostgresAway, LetsGoOfAServerThatFellSilent) {
  boost::asio::io_context io;
  auto store = open(1);
  ASSERT_TRUE(sync_wait(store->check()));
  cluster().pause();
  boost::asio::co_spawn(io, store->check(), boost::asio::detached);
  io.poll();  // the call is on its way, and nobody will hear of its end

  auto const begun = clock_type::now();
  store.reset();
  auto const took = clock_type::now() - begun;
  cluster().resume();

  EXPECT_LT(took, within(cut_at_the_latest));
}

TEST_F(PostgresAway, SaysSoWhenAllConnectionsAreTaken) {
  desk d(on(open()));
  cluster().as_admin("ALTER ROLE sambung_app CONNECTION LIMIT 1");
  {
    cluster().terminate_all();
    pqxx::connection taking(database_.app_url);
    expect_quick_refusals(d);
  }
  while (!cluster().backends().empty()) std::this_thread::yield();

  expect_that_it_comes_back(d);
  cluster().as_admin("ALTER ROLE sambung_app CONNECTION LIMIT -1");
}

TEST_F(PostgresAway, WorksWithTheConnectionsThatItGets) {
  desk d(on(open()));
  cluster().as_admin("ALTER ROLE sambung_app CONNECTION LIMIT 1");
  cluster().terminate_all();
  // The server counts a connection that has ended for a moment more.
  expect_that_it_comes_back(d);

  std::size_t refused = 0;
  for (int round = 0; round < 10; ++round)
    for (auto const& one : at_once(d, 16)) refused += one.code.has_value();

  EXPECT_EQ(refused, 0U) << "of 160 calls, with one connection for four threads";
  cluster().as_admin("ALTER ROLE sambung_app CONNECTION LIMIT -1");
}

}  // namespace
}  // namespace sambung::tests::postgres_away_test
