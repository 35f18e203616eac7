// What holds when many write and read at once.
#include "testing/conformance_bench.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <thread>

namespace sambung::testing::conformance {
namespace {

// Runs `count` coroutines of make(i) on two threads.
template <class Make>
void together(std::size_t count, Make make) {
  boost::asio::io_context context(2);
  for (std::size_t i = 0; i < count; ++i)
    boost::asio::co_spawn(context, make(i), [](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
  std::thread other([&] { context.run(); });
  context.run();
  other.join();
}

void sums_concurrent_increments_exactly(bench& b) {
  auto const add = [&](std::size_t) -> task<void> {
    for (int i = 0; i < 25; ++i) {
      batch one;
      one.add(increment(probe_counter{"sum", 1, 2, ""}, &probe_counter::hits, &probe_counter::tokens));
      auto const done = co_await b.store->write(b.ours, std::move(one));
      EXPECT_TRUE(done);
    }
  };
  together(16, add);

  EXPECT_EQ(b.hits("sum"), 400);
}

void lets_exactly_one_of_many_win(bench& b) {
  auto const p = b.sample(1);
  b.write(insert(p)).value();
  for (std::int64_t round = 0; round < 10; ++round) {
    std::atomic<int> won = 0, conflicts = 0;
    auto const race = [&](std::size_t) -> task<void> {
      change mine = update<probe>(p.id).set(&probe::revision, round + 1).when(&probe::revision, round);
      batch one;
      one.add(std::move(mine));
      auto const done = co_await b.store->write(b.ours, std::move(one));
      if (done) ++won;
      else if (done.error().code == errc::conflict) ++conflicts;
    };
    together(8, race);
    EXPECT_EQ(won, 1);
    EXPECT_EQ(conflicts, 7);
  }
}

void isolates_failing_batches_from_their_neighbours(bench& b) {
  std::atomic<int> refused = 0;
  auto const write = [&](std::size_t i) -> task<void> {
    for (std::uint64_t n = 0; n < 10; ++n) {
      batch two;
      two.add(insert(b.sample(i * 100 + n)));
      if (i % 2) two.add(require<probe>(probe_id{numbered(999'999)}));
      auto const done = co_await b.store->write(b.ours, std::move(two));
      if (!done) ++refused;
    }
  };
  together(16, write);

  EXPECT_EQ(refused, 80);
  EXPECT_EQ(b.ranks(all().limit(1000)).size(), 80U);
}

void reads_what_was_written_before(bench& b) {
  auto const write_and_read = [&](std::size_t i) -> task<void> {
    collection<probe> const probes(*b.store, b.ours);
    for (std::uint64_t n = 0; n < 20; ++n) {
      auto const p = b.sample(i * 100 + n);
      batch one;
      one.add(insert(p));
      auto const done = co_await b.store->write(b.ours, std::move(one));
      EXPECT_TRUE(done);
      auto const found = co_await probes.get(p.id);
      EXPECT_TRUE(found);
    }
  };
  together(8, write_and_read);
}

}  // namespace

cases concurrency() {
  return {
      {"SumsConcurrentIncrementsExactly", sums_concurrent_increments_exactly},
      {"LetsExactlyOneOfManyWin", lets_exactly_one_of_many_win},
      {"IsolatesFailingBatchesFromTheirNeighbours", isolates_failing_batches_from_their_neighbours},
      {"ReadsWhatWasWrittenBefore", reads_what_was_written_before},
  };
}

}  // namespace sambung::testing::conformance
