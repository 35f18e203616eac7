#include "server/open_stream.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace sambung::serving::open_stream_test {
namespace {

// Always has the next kilobyte.
class endless final : public body_source {
 public:
  task<bool> read(std::string& out) override {
    out.append(1'000, 'e');
    co_return true;
  }
  void append_failure(std::string& out, failure const&) override { out += "failed"; }
  std::string_view opening() const override { return {}; }
  std::string_view keep_alive() const override { return ":"; }
  std::chrono::milliseconds keep_alive_interval() const override { return std::chrono::seconds(5); }
};

// Rests until something is put.
class quiet final : public body_source {
 public:
  explicit quiet(std::string& there) : there_(there) {}

  task<bool> read(std::string& out) override {
    out += "the end";
    co_return false;
  }
  bool read_now(std::string& out) override {
    out += there_;
    return !std::exchange(there_, {}).empty();
  }
  bool rests() const override { return !over; }
  void notify(std::function<void()> told) override { told_ = std::move(told); }
  void append_failure(std::string& out, failure const&) override { out += "failed"; }
  std::string_view opening() const override { return "hello"; }
  std::string_view keep_alive() const override { return ":"; }
  std::chrono::milliseconds keep_alive_interval() const override { return std::chrono::seconds(5); }

  bool over = false;

 private:
  std::string& there_;
  std::function<void()> told_;
};

std::string text_of(std::array<boost::asio::const_buffer, 3> const& piece) {
  return {static_cast<char const*>(piece[1].data()), piece[1].size()};
}

open_stream endless_stream(std::size_t limit) {
  return open_stream(std::make_unique<endless>(), limit, framing::chunked);
}

TEST(OpenStream, LetsOthersGoFirstWhileItsSourceHasMuchToGive) {
  boost::asio::io_context io(1);
  auto stream = endless_stream(10'000'000);
  boost::asio::co_spawn(io, stream.produce(), boost::asio::detached);
  std::size_t encoded = 0;
  boost::asio::post(io, [&] { encoded = stream.out().pending_bytes(); });

  while (encoded == 0 && io.run_one() > 0) {
  }

  EXPECT_GT(encoded, 0U);
  EXPECT_LE(encoded, 20'000U);
  io.stop();
}

TEST(OpenStream, WaitsForItsReaderPastTheLimit) {
  boost::asio::io_context io(1);
  auto stream = endless_stream(50'000);
  boost::asio::co_spawn(io, stream.produce(), boost::asio::detached);

  io.poll();
  auto const full = stream.out().pending_bytes();
  stream.take();
  io.restart();
  io.poll();

  EXPECT_GT(full, 50'000U);
  EXPECT_LE(full, 52'000U);
  EXPECT_GT(stream.out().pending_bytes(), 50'000U);
}

TEST(OpenStream, WaitsForNothingWhileItsSourceRests) {
  boost::asio::io_context io(1);
  std::string there = ", you";
  auto source = std::make_unique<quiet>(there);
  auto& from = *source;
  open_stream stream(std::move(source), 1'000, framing::chunked);
  bool produced = false;
  boost::asio::co_spawn(io, stream.produce(), [&](std::exception_ptr const&) { produced = true; });
  io.poll();

  EXPECT_TRUE(produced);
  EXPECT_TRUE(stream.rests());
  EXPECT_EQ(text_of(stream.take()), "hello, you");
  stream.sent();
  EXPECT_TRUE(stream.pull());
  EXPECT_EQ(stream.out().next(), outbox::step::wait);
  there = "more";
  EXPECT_TRUE(stream.pull());
  EXPECT_EQ(text_of(stream.take()), "more");
  stream.sent();

  from.over = true;
  EXPECT_FALSE(stream.pull());
  io.restart();
  boost::asio::co_spawn(io, stream.produce(), boost::asio::detached);
  io.poll();
  EXPECT_EQ(text_of(stream.take()), "the end");
  EXPECT_EQ(stream.out().next(), outbox::step::end);
}

}  // namespace
}  // namespace sambung::serving::open_stream_test
