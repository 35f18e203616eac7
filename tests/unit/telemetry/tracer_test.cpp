#include <sambung/telemetry/tracer.hpp>

#include <sambung/telemetry/log_level.hpp>

#include "telemetry/span_text.hpp"

#include <sambung/core/error.hpp>
#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <limits>
#include <set>
#include <string>

namespace sambung::tracer_test {
namespace {

class kept_spans final : public span_exporter {
 public:
  void add(ended_span span) noexcept override { all.push_back(std::move(span)); }
  std::vector<ended_span> all;
};

// 1, 2, 3 ... in the last byte of what is filled.
class counting_random final : public random_source {
 public:
  void fill(std::span<std::byte> out) override {
    for (auto& byte : out) byte = std::byte(0);
    out.back() = std::byte(++count_);
  }

 private:
  unsigned char count_ = 0;
};

struct traced {
  explicit traced(double ratio = 1, sampling_decision decision = sampling_decision::of_caller) {
    tracer_options options;
    options.ratio = ratio;
    options.decision = decision;
    options.clock = clock;
    options.random = std::make_shared<counting_random>();
    with.emplace(spans, options);
  }

  std::shared_ptr<kept_spans> spans = std::make_shared<kept_spans>();
  std::shared_ptr<testing::manual_clock> clock = std::make_shared<testing::manual_clock>();
  std::optional<tracer> with;
};

trace_context of_caller(bool sampled) {
  auto made = parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").value();
  made.sampled = sampled;
  return made;
}

TEST(Traceparent, IsReadAndWrittenAsItStands) {
  for (std::string_view const header : {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                        "00-00000000000000000000000000000001-0000000000000001-00"}) {
    auto const read = parse_traceparent(header);

    ASSERT_TRUE(read) << header;
    EXPECT_EQ(to_traceparent(*read), header);
  }
  auto const read = of_caller(true);
  EXPECT_EQ(trace_id_text(read), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(span_id_text(read), "b7ad6b7169203331");
}

TEST(Traceparent, OfAVersionToComeIsReadAsFarAsItIsKnown) {
  std::string const header = "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03";

  EXPECT_EQ(parse_traceparent(header), of_caller(true));
  EXPECT_EQ(parse_traceparent(header + "-what-comes"), of_caller(true));
  EXPECT_FALSE(parse_traceparent(header + "."));
}

TEST(Traceparent, KnowsOtherFlagsThanSampledForNone) {
  EXPECT_TRUE(parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff")->sampled);
  EXPECT_FALSE(parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-fe")->sampled);
}

TEST(Traceparent, IsNoneWhereOneByteIsAnother) {
  std::string const good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (char const c : {'g', 'A', ' ', '\0', '\xC3'}) {
      auto broken = good;
      broken[at] = c;

      EXPECT_FALSE(parse_traceparent(broken)) << at;
    }
    EXPECT_FALSE(parse_traceparent(std::string_view(good).substr(0, at))) << at;
  }
  EXPECT_FALSE(parse_traceparent(good + "-00"));
  EXPECT_FALSE(parse_traceparent(' ' + good));
  EXPECT_FALSE(parse_traceparent("ff" + good.substr(2)));
  EXPECT_FALSE(parse_traceparent("00-00000000000000000000000000000000-b7ad6b7169203331-01"));
  EXPECT_FALSE(parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"));
}

TEST(Span, HasItsParentItsTimesAndWhatWasSet) {
  traced here;
  {
    auto span = here.with->start("read messages", span_kind::client, of_caller(true));
    here.clock->advance(std::chrono::milliseconds(5));
    span.set("rows", std::int64_t(3));
    span.set("rows", std::int64_t(4));
    span.set("share", std::numeric_limits<double>::quiet_NaN());
  }

  ASSERT_EQ(here.spans->all.size(), 1U);
  auto const& seen = here.spans->all[0];
  EXPECT_EQ(seen.name, "read messages");
  EXPECT_EQ(seen.kind, span_kind::client);
  EXPECT_EQ(seen.parent, of_caller(true));
  EXPECT_EQ(seen.where.trace_id, of_caller(true).trace_id);
  EXPECT_NE(seen.where.span_id, of_caller(true).span_id);
  EXPECT_EQ(seen.ended_ns - seen.started_ns, 5'000'000);
  ASSERT_EQ(seen.attributes.size(), 1U);
  EXPECT_EQ(seen.attributes[0].second, span_value(std::int64_t(4)));
  EXPECT_EQ(seen.error, "");
}

TEST(Span, IsExportedAsItsCallerWillsItUnlessItFailed) {
  traced here(1);
  traced rare(0);

  auto unseen = here.with->start("a", span_kind::server, of_caller(false));
  EXPECT_FALSE(unseen.context()->sampled);
  unseen.end();
  auto failed = here.with->start("b", span_kind::server, of_caller(false));
  failed.fail("unavailable");
  failed.fail("internal");
  failed.end();
  rare.with->start("c", span_kind::server).end();
  rare.with->start("d", span_kind::server, of_caller(true)).end();

  ASSERT_EQ(here.spans->all.size(), 1U);
  EXPECT_EQ(here.spans->all[0].error, "unavailable");
  ASSERT_EQ(rare.spans->all.size(), 1U);
  EXPECT_EQ(rare.spans->all[0].name, "d");
}

TEST(Span, IsSampledByTheTracesIdWhereCallersDoNotDecide) {
  traced half(0.5, sampling_decision::of_ratio);
  auto low = of_caller(false);
  low.trace_id[9] = 0x7F;
  auto high = of_caller(true);
  high.trace_id[9] = 0x80;

  EXPECT_TRUE(half.with->start("a", span_kind::server, low).context()->sampled);
  EXPECT_FALSE(half.with->start("a", span_kind::server, high).context()->sampled);
}

TEST(Span, BeginsATraceThatIsSampledAsWhatItIsLinkedTo) {
  traced here(1);
  auto linked = here.with->start("turn", span_kind::internal);
  linked.link(of_caller(false));
  auto known = here.with->start("turn", span_kind::internal);
  auto const before = known.context();
  known.link(of_caller(false));

  EXPECT_FALSE(linked.context()->sampled);
  EXPECT_NE(linked.context()->trace_id, of_caller(false).trace_id);
  EXPECT_EQ(known.context(), before);
}

TEST(Span, TakesNoMoreThanItsBounds) {
  traced here;
  auto span = here.with->start(std::string(10'000, 'n'), span_kind::internal);
  for (int i = 0; i < 1'000; ++i) {
    span.set("a" + std::to_string(i), std::string(10'000, 'v'));
    span.link(of_caller(true));
  }
  span.fail(std::string(10'000, 'e'));
  span.end();

  auto const& seen = here.spans->all.at(0);
  EXPECT_EQ(seen.name.size(), span::max_name_bytes);
  EXPECT_EQ(seen.attributes.size(), span::max_attributes);
  EXPECT_EQ(std::get<std::string>(seen.attributes[0].second).size(), span::max_text_bytes);
  EXPECT_EQ(seen.links.size(), span::max_links);
  EXPECT_EQ(seen.error.size(), span::max_name_bytes);
  EXPECT_LT(seen.size(), 64U * 1'024);
}

TEST(Span, CutsBehindWhatIsMadeHarmless) {
  traced here;
  std::string controls, letters;
  for (int i = 0; i < 1'000; ++i) {
    controls += "\xC2\x80";
    letters += "\xC3\xA9";
  }
  auto span = here.with->start("n", span_kind::internal);
  span.set("controls", controls);
  span.set("letters", letters);
  span.set_content("content", std::string(1'000, 'c'));
  span.set("again", std::string("first"));
  span.set_content("again", std::string(1'000, 'c'));
  span.end();

  auto const& seen = here.spans->all.at(0).attributes;
  auto const text = [&](std::size_t i) { return std::get<std::string>(seen.at(i).second); };
  EXPECT_EQ(text(0), std::string(span::max_text_bytes, '?'));
  EXPECT_EQ(text(1), letters.substr(0, span::max_text_bytes));
  EXPECT_EQ(text(2).size(), 1'000U);
  EXPECT_EQ(text(3).size(), 1'000U);
}

// One that was made without a source of its own.
TEST(Tracer, GivesEverySpanAnIdOfItsOwn) {
  tracer const with(std::make_shared<kept_spans>());
  std::set<std::string> ids;

  for (int i = 0; i < 1'000; ++i) {
    auto const where = with.start("n", span_kind::internal).context().value();
    ids.insert(span_id_text(where));
    ids.insert(trace_id_text(where));
  }

  EXPECT_EQ(ids.size(), 2'000U);
}

// A server that forks has its parent's memory.
TEST(Tracer, GivesAForkIdsOfItsOwn) {
  tracer const with(std::make_shared<kept_spans>());
  auto const next = [&] { return trace_id_text(with.start("n", span_kind::internal).context().value()); };
  next();
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);

  auto const child = ::fork();
  if (child == 0) {
    auto const id = next();
    ::_exit(::write(pipe[1], id.data(), id.size()) == static_cast<ssize_t>(id.size()) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  std::string of_child(32, ' ');
  ASSERT_EQ(::read(pipe[0], of_child.data(), of_child.size()), 32);
  for (int const end : pipe) ::close(end);

  EXPECT_EQ(status, 0);
  EXPECT_NE(of_child, next());
}

TEST(Span, KeepsOneOfNamesThatAreAlikeOnceTheyAreHarmless) {
  traced here;
  auto span = here.with->start("n", span_kind::internal);
  span.set("a?", std::int64_t(1));
  span.set("a\x01", std::int64_t(2));
  span.end();

  auto const& seen = here.spans->all.at(0).attributes;
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen.at(0).first, "a?");
  EXPECT_EQ(std::get<std::int64_t>(seen.at(0).second), 2);
}

TEST(Span, KeepsTheLastOfTheValuesOfAName) {
  traced here;
  auto span = here.with->start("n", span_kind::internal);
  span.set("first", std::string("a long one"));
  span.set("second", std::int64_t(2));
  span.set("third", std::string_view("three"));
  span.set_content("first", std::string(5'000, 'x'));
  span.set("first", std::string_view("short"));
  span.set("third", 3.5);
  span.set("second", std::string("two"));
  span.set("third", std::string("iii"));
  span.end();

  std::vector<std::pair<std::string, span_value>> const last{{"first", "short"}, {"second", "two"}, {"third", "iii"}};
  EXPECT_EQ(here.spans->all.at(0).attributes, last);
}

TEST(Span, OfNobodyDoesNothing) {
  span none;
  none.set("a", true);
  none.fail("b");
  none.link(of_caller(true));
  none.end();

  EXPECT_FALSE(none);
  EXPECT_FALSE(none.context());
}

TEST(Span, OutlivesItsTracerAndEndsOnce) {
  traced here;
  auto span = here.with->start("a", span_kind::internal);
  here.with.reset();

  auto moved = std::move(span);
  moved.end();
  moved.end();

  EXPECT_EQ(here.spans->all.size(), 1U);
}

TEST(Tracer, RefusesWhatIsNoRatioAndNoExporter) {
  auto const spans = std::make_shared<kept_spans>();
  tracer_options options;
  options.ratio = 1.5;

  EXPECT_THROW(tracer(spans, options), error);
  EXPECT_THROW(tracer(nullptr), error);
}

TEST(LogThreshold, IsSetByTheNameOfALevelAndStaysForAnotherWord) {
  log_threshold threshold;

  EXPECT_TRUE(threshold.set("debug"));
  EXPECT_FALSE(threshold.set("loud"));
  EXPECT_FALSE(threshold.set(std::string_view("warn\0", 5)));

  EXPECT_EQ(threshold.level(), log_level::debug);
  EXPECT_TRUE(threshold.lets(log_level::info));
  EXPECT_TRUE(threshold.set("warn"));
  EXPECT_FALSE(threshold.lets(log_level::info));
}

TEST(SpanText, IsHarmlessWhateverItWas) {
  EXPECT_EQ(span_text("a\nb\x1b[31m\x7f", 100), "a?b?[31m?");
  EXPECT_EQ(span_text("\xC2\x9B"
                      "31m",
                      100),
            "?31m");
  EXPECT_EQ(span_text("a\xFFz", 100), "a\xEF\xBF\xBDz");
  EXPECT_EQ(span_text("\xC3\xA9\xC3\xA9", 3), "\xC3\xA9");
  EXPECT_EQ(span_text("\xE2\x82", 100), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace sambung::tracer_test
