#include "core/blocking_pool.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <future>
#include <set>

namespace sambung::blocking_pool_test {
namespace {

namespace asio = boost::asio;

TEST(BlockingPool, CompletesOnTheCallersThread) {
  blocking_pool pool(1, 10);
  auto const caller = std::this_thread::get_id();
  std::thread::id worked, resumed;
  auto const use = [&]() -> task<int> {
    auto work = [&](std::size_t) -> result<int> {
      worked = std::this_thread::get_id();
      return 5;
    };
    auto const outcome = co_await pool.run(work);
    resumed = std::this_thread::get_id();
    co_return outcome.value();
  };

  EXPECT_EQ(sync_wait(use()), 5);
  EXPECT_NE(worked, caller);
  EXPECT_EQ(resumed, caller);
}

TEST(BlockingPool, PassesFailuresAndExceptionsOn) {
  blocking_pool pool(1, 10);
  auto failing = [](std::size_t) -> result<int> { return failure(errc::data_loss, "gone"); };
  auto throwing = [](std::size_t) -> result<int> { throw std::runtime_error("defect"); };

  EXPECT_EQ(sync_wait(pool.run(failing)).error().code, errc::data_loss);
  EXPECT_THROW((void)sync_wait(pool.run(throwing)), std::runtime_error);
  EXPECT_EQ(sync_wait(pool.run(failing)).error().code, errc::data_loss);
}

TEST(BlockingPool, RefusesWorkThatHasWaitedForTooLongAndOnlyThat) {
  blocking_pool pool(1, 10);
  std::promise<void> started, release;
  auto const released = release.get_future().share();
  asio::io_context context(1);
  int done = 0, refused = 0, ran = 0;
  auto const queue = [&](std::function<void()> f) -> task<void> {
    auto work = [&ran, f](std::size_t) -> result<int> {
      f();
      return ++ran;
    };
    auto const outcome = co_await pool.run(std::move(work));
    if (outcome) ++done;
    else if (outcome.error().code == errc::deadline_exceeded) ++refused;
  };
  auto const add = [&](std::function<void()> f) {
    asio::co_spawn(context, queue(std::move(f)), [](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
    context.poll();
  };
  add([&] {
    started.set_value();
    released.wait();
  });
  started.get_future().wait();
  add([] {});
  add([] {});
  auto const moment = std::chrono::steady_clock::now();
  add([] {});

  pool.refuse_queued_before(moment, failure(errc::deadline_exceeded, "too late"));
  context.poll();
  EXPECT_EQ(refused, 2);
  EXPECT_EQ(done, 0);
  release.set_value();
  context.run();

  EXPECT_EQ(refused, 2);
  EXPECT_EQ(done, 2);
  EXPECT_EQ(ran, 2);
}

TEST(BlockingPool, RefusesWorkWhenItsQueueIsFull) {
  blocking_pool pool(1, 2);
  std::promise<void> started, release;
  auto const released = release.get_future().share();
  asio::io_context context(1);
  int done = 0, refused = 0;
  auto const block = [&]() -> task<void> {
    auto work = [&](std::size_t) -> result<int> {
      started.set_value();
      released.wait();
      return 0;
    };
    auto const outcome = co_await pool.run(work);
    done += outcome.has_value();
  };
  auto const quick = [&]() -> task<void> {
    auto work = [](std::size_t) -> result<int> { return 0; };
    auto const outcome = co_await pool.run(work);
    if (outcome) ++done;
    else if (outcome.error().code == errc::unavailable) ++refused;
  };
  auto const rethrow = [](std::exception_ptr thrown) {
    if (thrown) std::rethrow_exception(thrown);
  };
  asio::co_spawn(context, block(), rethrow);
  context.poll();
  started.get_future().wait();
  for (int i = 0; i < 5; ++i) asio::co_spawn(context, quick(), rethrow);
  context.poll();

  EXPECT_EQ(refused, 3);
  release.set_value();
  context.run();
  EXPECT_EQ(done, 3);
}

TEST(BlockingPool, KeepsTheCallersContextAlive) {
  blocking_pool pool(2, 1'000);
  asio::io_context context(1);
  std::set<std::size_t> workers;
  int done = 0;
  auto const use = [&]() -> task<void> {
    auto work = [](std::size_t worker) -> result<std::size_t> { return worker; };
    auto const worker = co_await pool.run(work);
    workers.insert(worker.value());
    ++done;
  };
  for (int i = 0; i < 500; ++i) asio::co_spawn(context, use(), [](std::exception_ptr) {});
  context.run();

  EXPECT_EQ(done, 500);
  for (auto const worker : workers) EXPECT_LT(worker, 2U);
}

TEST(BlockingPool, FinishesItsQueueBeforeItGoes) {
  asio::io_context context(1);
  std::atomic<int> ran = 0;
  int resumed = 0;
  auto pool = std::make_unique<blocking_pool>(1, 100);
  auto const use = [&]() -> task<void> {
    auto work = [&](std::size_t) -> result<int> { return ++ran; };
    auto const outcome = co_await pool->run(work);
    resumed += outcome.has_value();
  };
  for (int i = 0; i < 50; ++i) asio::co_spawn(context, use(), [](std::exception_ptr) {});
  context.poll();
  pool.reset();

  EXPECT_EQ(ran, 50);
  context.restart();
  context.run();
  EXPECT_EQ(resumed, 50);
}

}  // namespace
}  // namespace sambung::blocking_pool_test
