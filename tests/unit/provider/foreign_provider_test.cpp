// A provider of the application's own: whatever it does, its callers get an outcome that can be told and stored.
#include <sambung/provider/provider.hpp>

#include <gtest/gtest.h>
#include <boost/system/system_error.hpp>

#include <functional>
#include <stdexcept>

namespace sambung::foreign_provider_test {
namespace {

using next_event = result<std::optional<completion_event>>;

struct foreign_stream final : completion_stream {
  explicit foreign_stream(std::function<next_event()> f) : f_(std::move(f)) {}

  std::string model() const override { return "m"; }
  task<next_event> next() override { co_return f_(); }
  std::optional<completion_event> ready() override {
    if (on_ready_) on_ready_();
    return std::nullopt;
  }

  std::function<next_event()> f_;
  std::function<void()> on_ready_;
};

struct foreign_provider final : provider {
  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request) override {
    if (before_stream) before_stream();
    return opened(std::move(stream_given));
  }
  task<result<std::vector<model_info>>> do_models() override {
    if (before_models) before_models();
    std::vector<model_info> offered(1);
    offered.front().id = "m\xFF";
    co_return offered;
  }
  static task<result<std::unique_ptr<completion_stream>>> opened(std::unique_ptr<completion_stream> one) {
    co_return one;
  }

  std::function<void()> before_stream, before_models;
  std::unique_ptr<completion_stream> stream_given;
};

completion_request asked() { return completion_request("m", {prompt_message(role::user, "Apa khabar?")}); }

// A stream whose events `f` makes, as a caller gets it.
std::unique_ptr<completion_stream> served(std::function<next_event()> f, std::function<void()> on_ready = {}) {
  foreign_provider by;
  auto raw = std::make_unique<foreign_stream>(std::move(f));
  raw->on_ready_ = std::move(on_ready);
  by.stream_given = std::move(raw);
  return std::move(sync_wait(by.stream(asked()))).value();
}

failure next_failure(completion_stream& from) {
  auto const event = sync_wait(from.next());
  return event ? failure(errc::internal, "it did not fail") : event.error();
}

TEST(ForeignProvider, ThatThrowsBeforeItsFirstStepHasFailed) {
  foreign_provider by;
  by.before_stream = [] { throw std::logic_error("table of secrets"); };

  auto const opened = sync_wait(by.stream(asked()));

  ASSERT_TRUE(opened.has_error());
  EXPECT_EQ(opened.error().code, errc::provider_error);
  EXPECT_EQ(opened.error().message, "the provider failed");
  EXPECT_EQ(opened.error().sensitive, "std::logic_error: table of secrets");
}

TEST(ForeignProvider, ThatThrowsAnythingHasFailedInEveryCall) {
  foreign_provider by;
  by.before_stream = by.before_models = [] { throw 42; };
  embedding_request texts;
  texts.model = "m";
  texts.texts.emplace_back("a");

  EXPECT_EQ(sync_wait(by.stream(asked())).error().code, errc::provider_error);
  EXPECT_EQ(sync_wait(by.complete(asked())).error().code, errc::provider_error);
  EXPECT_EQ(sync_wait(by.models()).error().code, errc::provider_error);
  EXPECT_EQ(sync_wait(by.check()).error().code, errc::provider_error);
  EXPECT_EQ(sync_wait(by.embed(std::move(texts))).error().code, errc::unsupported);
}

TEST(ForeignProvider, ThatThrowsAnErrorFailsWithIt) {
  foreign_provider by;
  by.before_stream = [] { throw error(errc::quota_exceeded, "no more\xFF"); };

  auto const opened = sync_wait(by.stream(asked()));

  EXPECT_EQ(opened.error(), failure(errc::quota_exceeded, "no more\uFFFD"));
}

TEST(ForeignProvider, ThatGivesNoStreamHasFailed) {
  foreign_provider by;

  EXPECT_EQ(sync_wait(by.stream(asked())).error().code, errc::provider_error);
  EXPECT_EQ(sync_wait(by.complete(asked())).error().code, errc::provider_error);
}

TEST(ForeignProvider, LetsACancelledCallBeCancelled) {
  foreign_provider by;
  by.before_stream = [] { throw boost::system::system_error(boost::asio::error::operation_aborted); };

  EXPECT_THROW((void)sync_wait(by.stream(asked())), boost::system::system_error);
}

TEST(ForeignProvider, StreamThatThrowsIsOver) {
  int calls = 0;
  auto const stream = served([&calls]() -> next_event {
    if (++calls == 1) return std::optional<completion_event>(text_delta{"Selamat"});
    throw std::runtime_error("out of paper");
  });

  ASSERT_TRUE(sync_wait(stream->next()).has_value());
  EXPECT_EQ(next_failure(*stream).sensitive, "std::runtime_error: out of paper");
  EXPECT_EQ(next_failure(*stream).code, errc::provider_error);
  EXPECT_EQ(calls, 2);
}

TEST(ForeignProvider, StreamThatThrowsWhenAskedWhatIsReadyIsOver) {
  auto const stream =
      served([]() -> next_event { return std::optional<completion_event>(); }, [] { throw std::runtime_error("no"); });

  EXPECT_FALSE(stream->ready());
  EXPECT_EQ(next_failure(*stream).sensitive, "std::runtime_error: no");
}

TEST(ForeignProvider, StreamIsNotAskedBehindAFailure) {
  int calls = 0;
  auto const stream = served([&calls]() -> next_event {
    if (++calls == 1) return failure(errc::unavailable, "gone\xFF");
    return std::optional<completion_event>(text_delta{"late"});
  });

  EXPECT_EQ(next_failure(*stream).message, "gone\uFFFD");
  EXPECT_EQ(next_failure(*stream).message, "gone\uFFFD");
  EXPECT_EQ(calls, 1);
}

TEST(ForeignProvider, TextIsStorable) {
  auto const stream =
      served([]() -> next_event { return std::optional<completion_event>(text_delta{std::string("a\0b\xC3", 4)}); });

  auto const event = sync_wait(stream->next()).value();

  EXPECT_EQ(std::get<text_delta>(*event).text, "a\uFFFDb\uFFFD");
}

TEST(ForeignProvider, ModelsAreStorableText) {
  foreign_provider by;

  EXPECT_EQ(sync_wait(by.models()).value().front().id, "m\uFFFD");
}

}  // namespace
}  // namespace sambung::foreign_provider_test
