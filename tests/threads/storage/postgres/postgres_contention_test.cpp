// Batches that meet each other in PostgreSQL: deadlocks are resolved, sums are exact, what a batch required held until
// it was committed.
#include "support/postgres_cluster.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/storage/collection.hpp>
#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

#include <future>

namespace sambung::tests::postgres_contention_test {
namespace contention {

struct counter {
  std::string id;
  std::int64_t sum = 0;
  bool open = true;
};
BOOST_DESCRIBE_STRUCT(counter, (), (id, sum, open))

record_description describe_record(record_of<counter>) {
  return record<counter>("counters").text(&counter::id, 1, 100);
}

}  // namespace contention
namespace {

using namespace std::chrono_literals;
using contention::counter;

class PostgresContention : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    cluster_options options;  // it syncs, so locks are held for a while
    options.settings.push_back("deadlock_timeout=20ms");
    cluster_ = std::make_unique<postgres_cluster>(options);
  }
  static void TearDownTestSuite() { cluster_.reset(); }

  void SetUp() override { start(*store_); }

  static void start(storage& one) {
    std::vector<module_schema> modules;
    modules.push_back(module_schema("contention").table<counter>());
    auto const migrated = sync_wait(one.migrate(standard_schema(std::move(modules))));
    ASSERT_TRUE(migrated) << migrated.error().message;
  }

  void make(std::string const& id) { ASSERT_TRUE(write(insert(counter{id, 0, true}))); }
  counter get(std::string const& id) const { return sync_wait(counters_.get(id)).value(); }
  template <class... Change>
  result<receipt> write(Change... changes) const {
    return write_by(*store_, std::move(changes)...);
  }
  template <class... Change>
  result<receipt> write_by(storage& server, Change... changes) const {
    batch b;
    (b.add(std::move(changes)), ...);
    return sync_wait(server.write(who_, std::move(b)));
  }

  // So many threads at once.
  template <class F>
  static void at_once(int count, F f) {
    std::vector<std::future<void>> running;
    for (int i = 0; i < count; ++i) running.push_back(std::async(std::launch::async, f, i));
    for (auto& one : running) one.get();
  }

  static std::size_t deadlocks() {
    std::size_t found = 0;
    auto const log = cluster_->log();
    for (auto at = log.find("deadlock detected"); at != log.npos; at = log.find("deadlock detected", at + 1)) ++found;
    return found;
  }

  inline static std::unique_ptr<postgres_cluster> cluster_;
  cluster_database const database_ = cluster_->new_database();
  std::shared_ptr<storage> const store_ = open_postgres(database_.options()).value();
  scope const who_ = testing::tenant_scope(tenant_id{parse_uuid("01920000-0000-7000-8000-000000000001").value()});
  collection<counter> const counters_{*store_, who_};
};

// Of several servers: one by itself lets no two of its batches wait for each other.
TEST_F(PostgresContention, CompletesBatchesThatDeadlockAndKeepsSumsExact) {
  constexpr int tasks = 16, rounds = 40;
  make("a");
  make("b");
  std::vector<std::shared_ptr<storage>> servers;
  for (int i = 0; i < 4; ++i) {
    servers.push_back(open_postgres(database_.options()).value());
    start(*servers.back());
  }

  std::atomic<int> refused = 0;
  int repetitions = 0;
  for (; repetitions < 20 && deadlocks() < 5; ++repetitions)
    at_once(tasks, [&](int task) {
      auto const add = [](std::string id) { return increment(counter{std::move(id), 1, true}, &counter::sum); };
      for (int i = 0; i < rounds; ++i) {
        bool const forward = (task + i) % 2 == 0;
        auto& server = *servers[static_cast<std::size_t>(task) % servers.size()];
        auto const done = write_by(server, add(forward ? "a" : "b"), add(forward ? "b" : "a"));
        refused += !done;
      }
    });

  EXPECT_EQ(refused, 0);
  EXPECT_EQ(get("a").sum, repetitions * tasks * rounds);
  EXPECT_EQ(get("b").sum, repetitions * tasks * rounds);
  EXPECT_GE(deadlocks(), 5U) << "there was little to resolve";
  std::cout << deadlocks() << " deadlocks in " << repetitions * tasks * rounds << " batches\n";
}

TEST_F(PostgresContention, LetsNobodyInOnceTheDoorIsClosed) {
  for (int round = 0; round < 20; ++round) {
    SCOPED_TRACE(round);
    auto const door = "door" + std::to_string(round), room = "room" + std::to_string(round);
    make(door);
    make(room);
    std::atomic<std::int64_t> entered = 0, seen = -1;
    std::atomic<bool> given_up = false;
    at_once(9, [&](int task) {
      if (task == 0) {
        while (entered < 20) std::this_thread::yield();
        auto const closed = write(update<counter>(door).set(&counter::open, false));
        EXPECT_TRUE(closed) << closed.error().message << closed.error().sensitive;
        given_up = !closed;
        seen = get(room).sum;
        return;
      }
      auto let_in = [&] {
        return write(require<counter>(door).when(&counter::open, true),
                     increment(counter{room, 1, true}, &counter::sum));
      };
      auto done = let_in();
      for (; done && !given_up; done = let_in()) ++entered;
      EXPECT_TRUE(done || done.error().code == errc::conflict);
    });

    EXPECT_EQ(get(room).sum, seen) << "somebody entered after the door was closed";
    EXPECT_EQ(entered, seen);
  }
}

TEST_F(PostgresContention, LetsOnlyOneOfTwoGoWhenOneMustStay) {
  make("ada");
  make("bob");
  auto const go = [&](std::string const& who, std::string const& other) {
    return write(require<counter>(other).when(&counter::open, true),
                 update<counter>(who).set(&counter::open, false).when(&counter::open, true));
  };
  for (int round = 0; round < 100; ++round) {
    SCOPED_TRACE(round);

    std::atomic<int> gone = 0;
    at_once(2, [&](int task) {
      auto const done = task == 0 ? go("ada", "bob") : go("bob", "ada");
      if (done) ++gone;
      else EXPECT_EQ(done.error().code, errc::conflict) << done.error().message;
    });

    EXPECT_EQ(gone, 1);
    EXPECT_EQ(get("ada").open + get("bob").open, 1);
    ASSERT_TRUE(write(update<counter>(std::string("ada")).set(&counter::open, true),
                      update<counter>(std::string("bob")).set(&counter::open, true)));
  }
}

}  // namespace
}  // namespace sambung::tests::postgres_contention_test
