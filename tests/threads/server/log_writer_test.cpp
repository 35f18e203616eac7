#include <sambung/server/log_writer.hpp>

#include "support/narrow_pipe.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <string>
#include <thread>

namespace sambung::log_writer_test {
namespace {

using tests::narrow_pipe;

std::string line_of(int number) {
  return "{\"line\":" + std::to_string(number) + ",\"fill\":\"" + std::string(80, '.') + "\"}\n";
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

// The lines that are there, and those that are said to be missing.
struct accounted {
  explicit accounted(std::string const& seen) {
    for (std::size_t begin = 0, end; (end = seen.find('\n', begin)) != seen.npos; begin = end + 1) {
      auto const line = boost::json::parse(seen.substr(begin, end - begin));
      if (line.as_object().contains("line")) ++written;
      else lost += std::stoul(std::string(line.at("message").as_string()));
    }
  }
  std::size_t written = 0;
  std::size_t lost = 0;
};

TEST(LogWriter, NeitherWaitsForAReaderNorForgetsWhatItLeftOut) {
  narrow_pipe pipe;
  log_writer log(pipe.writer(), 8'192);
  constexpr std::size_t count = 1'000;
  for (int i = 0; i < int(count); ++i) log.write(line_of(i));  // nobody reads

  std::string seen;
  for (auto more = pipe.read(); !more.empty(); more = pipe.read()) {
    seen += more;
    accounted const so_far(seen);
    if (so_far.written + so_far.lost >= count) break;
  }

  accounted const all(seen);
  EXPECT_EQ(all.written + all.lost, count);
  EXPECT_GT(all.lost, count / 2);
  EXPECT_TRUE(seen.starts_with(line_of(0)));
  EXPECT_NE(seen.find(R"("event":"lines_lost")"), seen.npos);
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
