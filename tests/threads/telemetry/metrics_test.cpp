// Metrics that several threads observe while others read them.
#include <sambung/telemetry/metrics.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace sambung::metrics_test {
namespace {

TEST(MetricsThreads, LoseNothingOfWhatSeveralObserve) {
  metrics all(8);
  auto const counted = all.counters({"seen_total", "Seen.", {"kind"}});
  auto const level = all.gauges({"level", "Level."}).at({});
  auto const took = all.histograms(metric_description("took_seconds", "Took.", {}, {0.5}).with_quantiles()).at({});
  std::atomic<bool> done = false;
  std::uint64_t highest = 0;

  std::jthread reader([&] {
    while (!done)
      for (auto const& one : all.snapshot())
        for (auto const& sample : one.samples) highest = std::max(highest, sample.count);
  });
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < 4; ++w)
      writers.emplace_back([&, w] {
        for (int i = 0; i < 2'000; ++i) {
          counted.at({std::to_string((i * 7 + w) % 16)}).add();
          level.add(i % 2 == 0 ? 1 : -1);
          took.observe(i % 2);
        }
      });
  }
  done = true;
  reader.join();

  double seen = 0;
  auto const every = all.find("seen_total").value();
  for (auto const& sample : every.samples) seen += sample.value;
  EXPECT_EQ(seen, 8'000);
  EXPECT_EQ(all.find("level").value().samples.at(0).value, 0);
  auto const observed = all.find("took_seconds").value().samples.at(0);
  EXPECT_EQ(observed.count, 8'000U);
  EXPECT_EQ(observed.sum, 4'000);
  EXPECT_LE(highest, 8'000U);
}

TEST(MetricsThreads, AskAWatcherNoMoreOnceItHasGone) {
  metrics all;
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    while (!done) all.snapshot();
  });

  for (int i = 0; i < 200; ++i) {
    auto const asked = std::make_unique<std::atomic<int>>(0);
    auto const watching = all.watch(metric_kind::gauge, {"watched", "."}, [&](auto& out) {
      ++*asked;
      out.emplace_back().value = 1;
    });
    while (*asked == 0) std::this_thread::yield();
  }
  done = true;
  reader.join();

  EXPECT_TRUE(all.snapshot().empty());
}

}  // namespace
}  // namespace sambung::metrics_test
