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

open_stream stream_on(boost::asio::io_context& io, std::size_t limit) {
  return open_stream(std::make_unique<endless>(), io.get_executor(), limit, framing::chunked);
}

TEST(OpenStream, LetsOthersGoFirstWhileItsSourceHasMuchToGive) {
  boost::asio::io_context io(1);
  auto stream = stream_on(io, 10'000'000);
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
  auto stream = stream_on(io, 50'000);
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

}  // namespace
}  // namespace sambung::serving::open_stream_test
