#include <sambung/server/log_writer.hpp>

#include "support/narrow_pipe.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <string>
#include <thread>

namespace sambung::log_writer_test {
namespace {

using tests::narrow_pipe;

std::string line_of(int number) {
  return "{\"line\":" + std::to_string(number) + ",\"fill\":\"" + std::string(80, '.') + "\"}\n";
}

std::size_t lines_in(std::string const& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(LogWriter, WritesLinesInTheirOrderAndTheLastOnesAtItsEnd) {
  narrow_pipe pipe;
  std::string seen;
  std::thread reader([&] {
    for (auto more = pipe.read(); !more.empty(); more = pipe.read()) seen += more;
  });
  std::string expected;
  {
    log_writer log(pipe.writer());
    for (int i = 0; i < 500; ++i) {
      log.write(line_of(i));
      expected += line_of(i);
    }
  }
  pipe.close_writer();
  reader.join();

  EXPECT_EQ(seen, expected);
}

TEST(LogWriter, NeitherWaitsForAReaderNorForgetsWhatItLeftOut) {
  narrow_pipe pipe;
  log_writer log(pipe.writer(), 8'192);
  constexpr int count = 1'000;

  for (int i = 0; i < count; ++i) log.write(line_of(i));  // nobody reads

  auto const rest = pipe.read_line_with("lines_lost");
  auto const at = rest.rfind("{\"time\"");
  auto const notice = boost::json::parse(rest.substr(at, rest.find('\n', at) - at));
  EXPECT_EQ(notice.at("event"), "lines_lost");
  auto const lost = std::stoul(std::string(notice.at("message").as_string()));
  EXPECT_GT(lost, 500U);
  EXPECT_EQ(lines_in(rest.substr(0, at)) + lost, static_cast<std::size_t>(count));
  EXPECT_TRUE(rest.starts_with(line_of(0)));
}

TEST(LogWriter, OutlivesItsReaderAndAClosedDescriptor) {
  narrow_pipe pipe;
  {
    log_writer log(pipe.writer());
    pipe.close_reader();
    for (int i = 0; i < 1'000; ++i) log.write(line_of(i));
    log.event("still", "here");
  }
  log_writer closed(-1);
  closed.write(line_of(0));
}

TEST(LogWriter, EscapesWhatAnEventSays) {
  narrow_pipe pipe;
  {
    log_writer log(pipe.writer());
    log.event("row_damaged", "a\nb\x1b[31m\"");
  }

  auto const line = pipe.read_line_with("row_damaged");

  EXPECT_EQ(boost::json::parse(line).at("message"), "a?b?[31m\"");
}

}  // namespace
}  // namespace sambung::log_writer_test
