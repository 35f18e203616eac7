#include <sambung/core/error.hpp>
#include <sambung/telemetry/export/prometheus.hpp>
#include <sambung/telemetry/metrics.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace sambung::metrics_test {
namespace {

errc code_of(auto const& wrong) {
  try {
    wrong();
  } catch (error const& e) {
    return e.code();
  }
  ADD_FAILURE() << "nothing was refused";
  return errc::internal;
}

// Of the only series of a metric.
metric_sample sample_of(metrics const& all, std::string_view name) {
  for (auto& one : all.snapshot())
    if (one.what.name == name && one.samples.size() == 1) return one.samples.front();
  ADD_FAILURE() << "no one series of " << name;
  return {};
}

std::size_t series_of(metrics const& all) {
  std::size_t count = 0;
  for (auto const& one : all.snapshot()) count += one.samples.size();
  return count;
}

TEST(Metrics, CountWhatIsAdded) {
  metrics all;
  auto const seen = all.counters({"seen_total", "Seen."}).at({});
  auto const open = all.gauges({"open", "Open."}).at({});

  seen.add();
  seen.add(41);
  open.add(5);
  open.add(-7);

  EXPECT_EQ(sample_of(all, "seen_total").value, 42);
  EXPECT_EQ(sample_of(all, "open").value, -2);
  open.set(3);
  EXPECT_EQ(sample_of(all, "open").value, 3);
}

TEST(Metrics, PutWhatIsObservedIntoBucketsWhoseBoundsAreInclusive) {
  metrics all;
  auto const took = all.histograms({"took_seconds", "Took.", {}, {0.1, 1}}).at({});

  for (double const value : {0.05, 0.1, 0.5, 1.0, 7.0}) took.observe(value);
  took.observe(std::numeric_limits<double>::quiet_NaN());
  took.observe(std::numeric_limits<double>::infinity());

  auto const sample = sample_of(all, "took_seconds");
  EXPECT_EQ(sample.buckets, (std::vector<std::uint64_t>{2, 2, 1}));
  EXPECT_EQ(sample.count, 5U);
  EXPECT_DOUBLE_EQ(sample.sum, 8.65);
  EXPECT_TRUE(sample.fine.empty());
}

TEST(Metrics, ObserveNothingThroughAnInstrumentThatWasMadeEmpty) {
  counter().add();
  gauge().set(1);
  histogram().observe(1);
  metric_series<counter>().at({"a", "b"}).add();

  EXPECT_FALSE(histogram());
}

TEST(Metrics, GiveTheSameSeriesForTheSameValues) {
  metrics all;
  auto const by_kind = all.counters({"seen_total", "Seen.", {"kind", "of"}});

  by_kind.at({"a", "b"}).add();
  all.counters({"seen_total", "Seen.", {"kind", "of"}}).at({"a", "b"}).add();
  by_kind.at({"b", "a"}).add();
  by_kind.at({"ab", ""}).add();

  auto const seen = all.find("seen_total").value();
  ASSERT_EQ(seen.samples.size(), 3U);
  EXPECT_EQ(seen.samples[0].value, 2);
  EXPECT_EQ(seen.samples[0].labels, (std::vector<std::string>{"a", "b"}));
}

TEST(Metrics, CountWhatIsPastTheirBoundAsOther) {
  metrics all(3);
  auto const by_model = all.counters({"asked_total", "Asked.", {"provider", "model"}});

  for (int i = 0; i < 10'000; ++i) by_model.at({"own", "invented-" + std::to_string(i)}).add();

  auto const asked = all.find("asked_total").value();
  ASSERT_EQ(asked.samples.size(), 4U);
  EXPECT_EQ(asked.samples[3].labels, (std::vector<std::string>{"other", "other"}));
  EXPECT_EQ(asked.samples[3].value, 9'997);
}

TEST(Metrics, CountAValueThatIsNoTextOrLongAsOther) {
  metrics all;
  auto const by_model = all.counters({"asked_total", "Asked.", {"model"}});

  by_model.at({"\xff\xfe"}).add();
  by_model.at({std::string(129, 'a')}).add();
  by_model.at({std::string_view("a\0b", 3)}).add();

  EXPECT_EQ(sample_of(all, "asked_total").labels, std::vector<std::string>{"other"});
  EXPECT_EQ(sample_of(all, "asked_total").value, 3);
}

TEST(Metrics, RefuseNamesThatPrometheusWouldRefuse) {
  metrics all;

  for (std::string const name : {"", "1st", "a-b", "a b", "a:b", "m\xc3\xa9", "a\n"})
    EXPECT_EQ(code_of([&] { all.counters({name, "."}); }), errc::invalid_argument) << name;
  for (std::string const label : {"", "le", "quantile", "__name__", "a-b"})
    EXPECT_EQ(code_of([&] { all.counters({"good", ".", {label}}); }), errc::invalid_argument) << label;
  EXPECT_EQ(code_of([&] { all.counters({"good", ".", {"a", "a"}}); }), errc::invalid_argument);
  EXPECT_EQ(code_of([&] { all.histograms({"good", ".", {}, {1, 1}}); }), errc::invalid_argument);
  EXPECT_EQ(code_of([&] { all.histograms({"good", ".", {}, {1, INFINITY}}); }), errc::invalid_argument);
  EXPECT_TRUE(all.snapshot().empty());
}

TEST(Metrics, RefuseANameThatIsThereAsSomethingElse) {
  metrics all;
  all.counters({"seen_total", ".", {"a"}});
  auto const watching = all.watch(metric_kind::gauge, {"watched", "."}, [](auto&) {});

  EXPECT_EQ(code_of([&] { all.gauges({"seen_total", ".", {"a"}}); }), errc::invalid_argument);
  EXPECT_EQ(code_of([&] { all.counters({"seen_total", ".", {"b"}}); }), errc::invalid_argument);
  EXPECT_EQ(code_of([&] { all.gauges({"watched", "."}); }), errc::invalid_argument);
  EXPECT_EQ(code_of([&] { std::ignore = all.watch(metric_kind::counter, {"watched", "."}, [](auto&) {}); }),
            errc::invalid_argument);
  EXPECT_EQ(code_of([&] { all.counters({"seen_total", ".", {"a"}}).at({"x", "y"}); }), errc::invalid_argument);
}

TEST(Metrics, AskWhoeverWatchesUntilTheyGo) {
  metrics all;
  auto watching = all.watch(metric_kind::gauge, {"lag_seconds", "Lag.", {"role"}}, [](auto& out) {
    metric_sample one;
    one.labels = {"replica"};
    one.value = 0.25;
    out.push_back(one);
    out.push_back(one);            // told already
    out.emplace_back().value = 1;  // of no series
  });

  EXPECT_EQ(sample_of(all, "lag_seconds").value, 0.25);
  watching.reset();
  EXPECT_TRUE(all.snapshot().empty());
}

TEST(Metrics, LetAWatcherOutliveThem) {
  std::shared_ptr<void> watching;
  {
    metrics all;
    watching = all.watch(metric_kind::gauge, {"watched", "."}, [](auto&) {});
  }

  watching.reset();
}

TEST(Metrics, TellQuantilesWithinAnEighth) {
  metrics all;
  auto const took = all.histograms(metric_description("took_seconds", "Took.", {}, {1}).with_quantiles()).at({});
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> often(-5, 2);
  std::vector<double> values;

  for (int i = 0; i < 20'000; ++i) took.observe(values.emplace_back(often(random)));

  std::ranges::sort(values);
  auto const sample = all.find("took_seconds").value().samples.at(0);
  for (double const share : {0.01, 0.5, 0.95, 0.99}) {
    auto const exact = values[static_cast<std::size_t>(share * 20'000)];
    EXPECT_NEAR(quantile(sample.fine, share).value(), exact, exact / 8) << share;
  }
}

TEST(Metrics, TellQuantilesOfWhatIsTooSmallOrTooLargeToBeToldApart) {
  metrics all;
  auto const took = all.histograms(metric_description("took_seconds", "Took.").with_quantiles()).at({});
  EXPECT_FALSE(quantile({}, 0.5));
  EXPECT_FALSE(quantile(all.find("took_seconds").value().samples.at(0).fine, 0.5));

  took.observe(-1);
  took.observe(0);
  EXPECT_LE(quantile(all.find("took_seconds").value().samples.at(0).fine, 1).value(), 0.00002);
  for (int i = 0; i < 9; ++i) took.observe(1e300);
  EXPECT_EQ(quantile(all.find("took_seconds").value().samples.at(0).fine, 0.5).value(), 512);
}

TEST(PrometheusText, HasEveryKindAndEscapesWhatLabelsHold) {
  metrics all;
  all.counters({"seen_total", "Seen.", {"kind"}}).at({"a\"b\\c\nd"}).add(2);
  all.gauges({"open", "Open."}).at({}).set(-3);
  auto const took = all.histograms({"took_seconds", "Took.", {}, {0.5, 1}}).at({});
  took.observe(0.25);
  took.observe(0.75);
  took.observe(8);

  EXPECT_EQ(prometheus_text(all),
            "# HELP open Open.\n"
            "# TYPE open gauge\n"
            "open -3\n"
            "# HELP seen_total Seen.\n"
            "# TYPE seen_total counter\n"
            "seen_total{kind=\"a\\\"b\\\\c\\nd\"} 2\n"
            "# HELP took_seconds Took.\n"
            "# TYPE took_seconds histogram\n"
            "took_seconds_count 3\n"
            "took_seconds_sum 9\n"
            "took_seconds_bucket{le=\"0.5\"} 1\n"
            "took_seconds_bucket{le=\"1\"} 2\n"
            "took_seconds_bucket{le=\"+Inf\"} 3\n");
}

TEST(Metrics, MakeNoSeriesBeforeSomethingIsMet) {
  metrics all;
  all.counters({"seen_total", "Seen.", {"kind"}});

  EXPECT_EQ(series_of(all), 0U);
  EXPECT_EQ(all.snapshot().size(), 1U);
}

}  // namespace
}  // namespace sambung::metrics_test
