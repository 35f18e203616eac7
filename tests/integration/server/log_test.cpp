// OP03: what becomes of a server whose log nobody reads.
#include "support/child_process.hpp"
#include "support/narrow_pipe.hpp"
#include "support/programs.hpp"
#include "support/raw_client.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>

namespace sambung::log_test {
namespace {

using test::raw_client;
using tests::child_process;
using tests::error_output;
using tests::narrow_pipe;

class served {
 public:
  explicit served(error_output errors)
      : process_(tests::reference_server_program(),
                 {{"SAMBUNG_DATABASE_URL", "memory:"},
                  {"SAMBUNG_PORT", "0"},
                  {"SAMBUNG_RATE_LIMITS", "off"},
                  {"SAMBUNG_LOG_BUFFER_BYTES", "4096"},
                  {"SAMBUNG_SHUTDOWN_GRACE", "1"}},
                 {}, errors),
        port_(static_cast<std::uint16_t>(std::stoi(process_.after("Sambung listens on http://127.0.0.1:")))) {}

  // More requests than their lines have room in a narrow pipe and the buffer.
  void ask(int times) {
    raw_client client(port_);
    for (int i = 0; i < times; ++i) ASSERT_EQ(client.call("GET", "/healthz").status, 200);
  }
  int stop() { return process_.end(SIGTERM); }

 private:
  child_process process_;
  std::uint16_t port_;
};

TEST(Log, ThatNobodyReadsStopsNobodyAndSaysWhatItLeftOut) {
  narrow_pipe pipe;
  served server(error_output::descriptor(pipe.writer()));
  pipe.close_writer();

  server.ask(500);
  auto const seen = pipe.read_line_with("lines_lost");

  EXPECT_NE(seen.find(R"("event":"lines_lost")"), seen.npos);
  EXPECT_NE(seen.find("/healthz"), seen.npos);
  server.ask(10);
  EXPECT_EQ(server.stop(), 0);
}

TEST(Log, ThatNobodyReadsDoesNotHoldUpTheEnd) {
  narrow_pipe pipe;
  served server(error_output::descriptor(pipe.writer()));

  server.ask(500);

  EXPECT_EQ(server.stop(), 0);
}

TEST(Log, WhoseReaderHasGoneEndsNobody) {
  narrow_pipe pipe;
  served server(error_output::descriptor(pipe.writer()));
  server.ask(10);
  pipe.read_line_with("/healthz");

  pipe.close_reader();
  pipe.close_writer();
  server.ask(500);

  EXPECT_EQ(server.stop(), 0);
}

// Another descriptor, a client's perhaps, must not get its number.
TEST(Log, ThatIsClosedGoesToNoClient) {
  served server(error_output::closed());

  server.ask(500);

  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace sambung::log_test
