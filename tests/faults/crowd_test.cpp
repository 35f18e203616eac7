// Thousands of slow and idle clients: the others are served in time, and the memory comes back.
#include "support/child_process.hpp"
#include "support/programs.hpp"
#include "support/raw_client.hpp"
#include "support/settings.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <thread>

namespace sambung::crowd_test {
namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;
using test::raw_client;
using tests::child_process;

constexpr int crowd_size = 5'000;
constexpr int healthy_requests = 1'000;

// As many descriptors as the system allows; whether that is enough for a crowd.
bool may_open_a_crowd() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_max > crowd_size + 100;
}

class served {
 public:
  served()
      : process_(tests::reference_server_program(), {{"SAMBUNG_DATABASE_URL", "memory:"},
                                                     {"SAMBUNG_PORT", "0"},
                                                     {"SAMBUNG_RATE_LIMITS", "off"},
                                                     {"SAMBUNG_MAX_CONNECTIONS_PER_ADDRESS", "10000"}}) {
    authorization_ = "Authorization: Bearer " + process_.after("API token, shown this once: ") + "\r\n";
    port_ = static_cast<std::uint16_t>(std::stoi(process_.after("Sambung listens on http://127.0.0.1:")));
  }

  std::uint16_t port() const { return port_; }
  std::string const& authorization() const { return authorization_; }

  // Resident, in KiB.
  long memory() const {
    std::ifstream status("/proc/" + std::to_string(process_.pid()) + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    return 0;
  }

 private:
  child_process process_;
  std::string authorization_;
  std::uint16_t port_ = 0;
};

// Sockets only: each is one descriptor.
class crowd {
 public:
  void join(std::uint16_t port, std::string_view sent) {
    auto& socket = sockets_.emplace_back(io_);
    socket.connect({boost::asio::ip::address_v4::loopback(), port});
    boost::asio::write(socket, boost::asio::buffer(sent));
  }
  void leave() { sockets_.clear(); }

 private:
  boost::asio::io_context io_;
  std::vector<boost::asio::ip::tcp::socket> sockets_;
};

// A third says nothing, a third half a header, a third half a body.
void gather(crowd& made, served const& server) {
  std::string const half_header = "GET /healthz HTTP/1.1\r\nHost: local";
  std::string const half_body = "POST /rpc/chat/getAll HTTP/1.1\r\nHost: localhost\r\n" + server.authorization() +
                                "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
  std::string const sent[] = {"", half_header, half_body};
  for (int i = 0; i < crowd_size; ++i) made.join(server.port(), sent[i % 3]);
}

// How long the slowest hundredth of healthy requests takes.
steady::duration slowest_hundredth(served const& server) {
  raw_client client(server.port());
  std::vector<steady::duration> times;
  for (int i = 0; i < healthy_requests; ++i) {
    auto const begin = steady::now();
    EXPECT_EQ(client.call("POST", "/rpc/chat/getAll", "{}", server.authorization()).status, 200);
    times.push_back(steady::now() - begin);
  }
  std::ranges::sort(times);
  return times[times.size() * 99 / 100];
}

// The least it has within some seconds, or as soon as that is at most `enough`.
long settled_memory(served const& server, long enough) {
  auto const deadline = steady::now() + 15s;
  long least = server.memory();
  while (least > enough && steady::now() < deadline) {
    std::this_thread::sleep_for(100ms);  // another process: nothing tells when it is done
    least = std::min(least, server.memory());
  }
  return least;
}

constexpr int mebi = 1'048'576;

std::string head_of_a_mebibyte(served const& server) {
  return "POST /rpc/chat/getAll HTTP/1.1\r\nHost: localhost\r\n" + server.authorization() +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(mebi) + "\r\n\r\n";
}

TEST(Crowd, ThatAnnouncesLargeBodiesTakesWhatItSends) {
  if (!may_open_a_crowd()) GTEST_SKIP() << "too few descriptors are allowed here";
  constexpr int announced = 1'500;
  served const server;
  slowest_hundredth(server);
  auto const before = server.memory();
  crowd waiting;

  for (int i = 0; i < announced; ++i) waiting.join(server.port(), head_of_a_mebibyte(server) + "{");
  slowest_hundredth(server);
  auto const among_the_crowd = server.memory();

  RecordProperty("memory_kib", std::to_string(before) + '/' + std::to_string(among_the_crowd));
  EXPECT_LT(among_the_crowd - before, announced * 32) << "KiB for " << announced << " MiB that were not sent";
}

TEST(Crowd, ThatHasSentLargeBodiesKeepsNoRoomForThem) {
  constexpr int senders = 100;
  served const server;
  auto const head = head_of_a_mebibyte(server);
  std::string const body = std::string(mebi - 2, ' ') + "{}";
  std::vector<std::unique_ptr<raw_client>> idle;
  auto const send_one = [&] {
    idle.push_back(std::make_unique<raw_client>(server.port()));
    idle.back()->send(head + body);
    ASSERT_EQ(idle.back()->read_response().status, 200);
  };
  send_one();
  auto const before = settled_memory(server, 0);

  for (int i = 0; i < senders; ++i) send_one();
  auto const after = settled_memory(server, before + 10 * 1'024);

  RecordProperty("memory_kib", std::to_string(before) + '/' + std::to_string(after));
  EXPECT_LE(after, before + 10 * 1'024) << "KiB, with " << senders << " idle connections";
}

TEST(Crowd, KeepsNobodyWaitingAndLeavesNothingBehind) {
  if (!may_open_a_crowd()) GTEST_SKIP() << "too few descriptors are allowed here";
  served const server;
  crowd waiting;
  gather(waiting, server);  // warms up
  slowest_hundredth(server);
  waiting.leave();
  auto const before = settled_memory(server, 0);

  gather(waiting, server);
  auto const slowest = slowest_hundredth(server);
  auto const among_the_crowd = server.memory();
  waiting.leave();
  auto const after = settled_memory(server, before + before / 20);

  RecordProperty("p99_us", static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(slowest).count()));
  RecordProperty("memory_kib",
                 std::to_string(before) + '/' + std::to_string(among_the_crowd) + '/' + std::to_string(after));
  EXPECT_LT(slowest, tests::within(std::chrono::milliseconds(100)));
  EXPECT_LE(after, before + before / 20) << before << " KiB before, " << among_the_crowd << " among the crowd";
}

}  // namespace
}  // namespace sambung::crowd_test
