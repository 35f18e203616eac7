// A write is stored and its caller is told that storage is away, as when a connection breaks during COMMIT. No real
// SQLite does that to a process that lives on; a database behind a network does.
#include "faults/scenario/history_checker.hpp"
#include "faults/scenario/workload.hpp"
#include "support/settings.hpp"

#include <sambung/storage/memory.hpp>

#include <gtest/gtest.h>

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <random>

namespace sambung::tests::unknown_outcome_test {
namespace {

using namespace std::chrono_literals;

// Storage in memory whose writes `first` to `last` are done, and reported as failed.
class doubtful_storage final : public storage {
 public:
  doubtful_storage(std::size_t first, std::size_t last) : real_(memory_storage()), first_(first), last_(last) {}

  std::size_t writes() const { return writes_; }
  void trust() { trusted_ = true; }

  task<result<void>> migrate(schema_ref s) override { return real_->migrate(std::move(s)); }
  task<result<rows>> read(scope who, query q) override { return real_->read(who, std::move(q)); }
  task<result<rows>> search(scope who, text_query q) override { return real_->search(who, std::move(q)); }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    return real_->tenants(who, std::move(table), after);
  }
  task<result<void>> check() override { return real_->check(); }

  task<result<receipt>> write(scope who, batch b) override {
    auto done = co_await real_->write(who, std::move(b));
    auto const number = ++writes_;
    if (done && !trusted_ && number >= first_ && number <= last_)
      co_return failure(errc::unavailable, "the connection broke");
    co_return done;
  }

 private:
  std::shared_ptr<storage> const real_;
  std::size_t const first_;
  std::size_t const last_;
  std::atomic<std::size_t> writes_ = 0;
  std::atomic<bool> trusted_ = false;
};

// How many writes it took.
std::size_t play_on(std::size_t first, std::size_t last) {
  SCOPED_TRACE("writes " + std::to_string(first) + " to " + std::to_string(last));
  auto const store = std::make_shared<doubtful_storage>(first, last);
  story_provider story;
  boost::asio::thread_pool io(1);
  auto options = story_engine(story, store);
  options.turns.lease = 100ms;  // a question that is stored without a turn is settled so soon
  engine e(io.get_executor(), std::move(options));
  sync_wait(e.start());
  history_collector told;
  workload_options shape;
  shape.seed = setting("SAMBUNG_SEED", 1);
  workload work(shape, story, [&](history_event event) { told.add(std::move(event)); });
  work.settle(e);
  work.play(e, [] {});
  auto const writes = store->writes();
  store->trust();
  story.never_pause();
  sync_wait(e.shutdown());

  engine fresh(io.get_executor(), story_engine(story, store));
  sync_wait(fresh.start());
  auto const faults = history_checker(fresh, *store).faults_in(told.taken());
  EXPECT_TRUE(faults.empty()) << to_string(faults);
  sync_wait(fresh.shutdown());
  return writes;
}

TEST(UnknownOutcome, IsSettledByRepeatingTheCall) {
  auto const writes = play_on(0, 0);
  auto const wanted = setting("SAMBUNG_UNKNOWN_OUTCOMES", 20);
  std::mt19937_64 random(setting("SAMBUNG_SEED", 1));

  for (std::size_t i = 0; i < wanted && i < writes && !::testing::Test::HasFailure(); ++i) {
    auto const number = 1 + (wanted >= writes ? i : random() % writes);
    play_on(number, number);
    play_on(number, number + 2);
  }
}

}  // namespace
}  // namespace sambung::tests::unknown_outcome_test
