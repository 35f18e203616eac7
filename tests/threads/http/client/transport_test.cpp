// The transport to model vendors over real sockets: which address it connects to, and through whom.
#include <sambung/provider/transport.hpp>

#include <sambung/core/clock.hpp>
#include <sambung/security/address_guard.hpp>
#include <sambung/testing/scripted_vendor.hpp>

#include "http/client/connect_race.hpp"
#include "support/tunnel_proxy.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <filesystem>
#include <thread>

namespace sambung::transport_test {
namespace {

using namespace std::chrono_literals;
using testing::gate;
using testing::scripted_vendor;
using testing::tunnel_proxy;
using testing::vendor_script;
using testing::vendor_security;
using addresses = std::vector<std::string>;

constexpr auto patience = 5'000ms;

boost::asio::ip::address address(std::string const& text) { return boost::asio::ip::make_address(text); }

// Always these.
host_resolver resolving_to(addresses const& found) {
  return [found](std::string) -> task<result<addresses>> {
    auto copy = found;
    co_return copy;
  };
}

std::string url_of(std::string const& host, unsigned short port) {
  return "http://" + host + ':' + std::to_string(port) + "/v1/models";
}

std::string url_of(std::string const& host, scripted_vendor const& vendor) {
  auto const scheme = vendor.base_url().substr(0, vendor.base_url().find(':'));
  return scheme + "://" + host + ':' + std::to_string(vendor.port()) + "/v1/models";
}

// The status, or why there is none.
result<int> get(transport& through, std::string url, std::chrono::milliseconds connect_timeout = patience) {
  http_request request("GET", std::move(url));
  request.headers.emplace_back("Authorization", "Bearer sk-canary");
  request.connect_timeout = connect_timeout;
  auto call = [&]() -> task<result<int>> {
    auto response = co_await through.send(std::move(request));
    if (!response) co_return response.error();
    for (;;) {
      auto const more = co_await response->body->read(std::chrono::steady_clock::now() + patience);
      if (!more) co_return more.error();
      if (more->empty()) break;
    }
    co_return response->status;
  };
  return sync_wait(call());
}

errc code_of(result<int> const& outcome) { return outcome ? errc::internal : outcome.error().code; }

std::shared_ptr<transport> transport_with(http_transport_options options) { return http_transport(options).value(); }

std::size_t open_files() {
  std::filesystem::directory_iterator const all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// A port at which connecting takes for ever: the queue of connections to accept is full.
class black_hole {
 public:
  black_hole(std::string const& at, unsigned short port) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(address(at).to_v4().to_uint());
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int const on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0 || ::listen(listener_, 0) != 0)
      throw std::runtime_error("no black hole");
    for (auto& each : waiting_) {
      each = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      ::connect(each, reinterpret_cast<sockaddr*>(&where), sizeof where);
    }
  }
  ~black_hole() {
    for (int const each : waiting_) ::close(each);
    ::close(listener_);
  }
  black_hole(black_hole const&) = delete;
  black_hole& operator=(black_hole const&) = delete;

 private:
  int listener_ = -1;
  std::array<int, 4> waiting_{};
};

// --- several addresses ---

TEST(ConnectRace, LetsTheFamiliesTakeTurns) {
  std::vector<boost::asio::ip::tcp::endpoint> all;
  for (auto const* text : {"2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.2"})
    all.emplace_back(address(text), 1);
  std::string order;
  for (auto const& each : http::interleaved(all)) order += each.address().to_string() + ' ';

  EXPECT_EQ(order, "2001:db8::1 192.0.2.1 2001:db8::2 192.0.2.2 2001:db8::3 ");
  EXPECT_TRUE(http::interleaved({}).empty());
}

TEST(ConnectRace, GoesOnToTheNextAddressWhenOneIsRefused) {
  scripted_vendor vendor;
  http_transport_options options;
  options.resolve = resolving_to({"127.0.0.3", "127.0.0.4", "127.0.0.1"});

  EXPECT_EQ(get(*transport_with(options), url_of("models.test", vendor)).value(), 200);
}

TEST(ConnectRace, DoesNotWaitForAnAddressThatSaysNothing) {
  scripted_vendor vendor;
  black_hole const first("127.0.0.2", vendor.port());
  black_hole const second("127.0.0.3", vendor.port());
  http_transport_options options;
  options.resolve = resolving_to({"127.0.0.2", "127.0.0.3", "127.0.0.1"});
  auto const through = transport_with(options);
  auto const before = open_files();

  EXPECT_EQ(get(*through, url_of("models.test", vendor)).value(), 200);
  EXPECT_EQ(vendor.connections(), 1u);
  EXPECT_LE(open_files(), before + 2);  // both ends of the connection that is kept
}

TEST(ConnectRace, EndsByTheConnectTimeout) {
  scripted_vendor vendor;
  black_hole const silent("127.0.0.2", vendor.port());
  http_transport_options options;
  options.resolve = resolving_to({"127.0.0.2"});
  auto const started = std::chrono::steady_clock::now();
  auto const outcome = get(*transport_with(options), url_of("models.test", vendor), 60ms);

  EXPECT_EQ(code_of(outcome), errc::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - started, patience);
}

TEST(ConnectRace, FailsWhenEveryAddressDoes) {
  unsigned short port = 0;
  {
    scripted_vendor gone;
    port = gone.port();
  }
  http_transport_options options;
  options.resolve = resolving_to({"127.0.0.2", "::1", "127.0.0.1"});

  EXPECT_EQ(code_of(get(*transport_with(options), url_of("models.test", port))), errc::unavailable);
  options.resolve = resolving_to({"127.0.0.1", "not an address"});
  EXPECT_EQ(code_of(get(*transport_with(options), url_of("models.test", port))), errc::unavailable);
  options.resolve = resolving_to({});
  EXPECT_EQ(code_of(get(*transport_with(options), url_of("models.test", port))), errc::unavailable);
}

TEST(ConnectRace, ALookUpThatTakesTooLongEnds) {
  http_transport_options options;
  options.resolve = [](std::string) -> task<result<addresses>> {
    co_await system_clock()->sleep(60'000ms);
    co_return addresses();
  };

  EXPECT_EQ(code_of(get(*transport_with(options), url_of("models.test", 1), 50ms)), errc::unavailable);
}

// --- the guard ---

http_transport_options guarded(address_guard guard) {
  http_transport_options options;
  options.allow_address = std::move(guard);
  return options;
}

TEST(GuardedTransport, ConnectsToNoAddressOfThisMachineInAnySpelling) {
  scripted_vendor vendor;
  auto const through = transport_with(guarded(address_guard()));
  for (auto const* host : {"127.0.0.1", "localhost", "LOCALHOST", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "127.9.9.9"}) {
    auto const outcome = get(*through, url_of(host, vendor));
    EXPECT_EQ(code_of(outcome), errc::permission_denied) << host;
  }
  for (auto const* host : {"2130706433", "0x7f000001", "0177.0.0.1", "127.1", "127.0.0.1.", "%31%32%37.0.0.1",
                           "user@127.0.0.1", "[fe80::1%25lo]", "①②⑦.0.0.1"})
    EXPECT_EQ(code_of(get(*through, url_of(host, vendor))), errc::invalid_argument) << host;
  EXPECT_EQ(vendor.connections(), 0u);
}

TEST(GuardedTransport, ChecksWhatANameResolvesToEachTime) {
  scripted_vendor vendor;
  address_guard guard;
  guard.allow_network("127.0.0.1/32");
  auto options = guarded(guard);
  auto answer = std::make_shared<addresses>(1, "127.0.0.1");
  auto asked = std::make_shared<int>(0);
  options.resolve = [answer, asked](std::string) -> task<result<addresses>> {
    ++*asked;
    addresses found = *answer;
    answer->assign(1, "127.0.0.2");  // a second look-up for the same connection would give this
    co_return found;
  };
  options.keep_alive = 0ms;
  auto const through = transport_with(options);

  EXPECT_EQ(get(*through, url_of("rebinding.test", vendor)).value(), 200);
  EXPECT_EQ(*asked, 1);
  EXPECT_EQ(code_of(get(*through, url_of("rebinding.test", vendor))), errc::permission_denied);
  EXPECT_EQ(*asked, 2);
  EXPECT_EQ(vendor.connections(), 1u);
}

TEST(GuardedTransport, LeavesOutTheAddressesThatAreNotAllowed) {
  scripted_vendor vendor;
  address_guard guard;
  guard.allow_network("127.0.0.1/32");
  auto options = guarded(guard);
  std::vector<std::string> checked;
  options.allow_address = [&](std::string_view host, std::string_view at) {
    checked.emplace_back(at);
    return guard(host, at);
  };
  options.resolve = resolving_to({"169.254.169.254", "::ffff:127.0.0.2", "127.0.0.1"});

  EXPECT_EQ(get(*transport_with(options), url_of("mixed.test", vendor)).value(), 200);
  EXPECT_EQ(checked.size(), 3u);
}

TEST(GuardedTransport, ReachesTheHostThatTheOperatorAllowed) {
  scripted_vendor vendor;
  address_guard guard;
  guard.allow_host("localhost");
  auto const through = transport_with(guarded(guard));

  EXPECT_EQ(get(*through, url_of("localhost", vendor)).value(), 200);
  EXPECT_EQ(code_of(get(*through, url_of("127.0.0.1", vendor))), errc::permission_denied);
}

TEST(GuardedTransport, ARedirectIsNotFollowed) {
  scripted_vendor vendor;
  scripted_vendor inner;
  vendor.push(vendor_script::response(307, "").header("location", inner.base_url()));
  address_guard guard;
  guard.allow_host("localhost");

  EXPECT_EQ(get(*transport_with(guarded(guard)), url_of("localhost", vendor)).value(), 307);
  EXPECT_EQ(vendor.requests().size(), 1u);
  EXPECT_EQ(inner.connections(), 0u);
}

// --- proxies ---

TEST(ProxiedTransport, AsksAProxyForTheWholeUrlWithoutTls) {
  scripted_vendor proxy;
  http_transport_options options;
  options.proxy.http = "http://me:canary@127.0.0.1:" + std::to_string(proxy.port());
  auto const through = transport_with(options);

  EXPECT_EQ(get(*through, "http://models.invalid:8080/v1/models?x=y").value(), 200);
  EXPECT_EQ(get(*through, "http://models.invalid:8080").value(), 200);
  auto const requests = proxy.requests();
  EXPECT_EQ(requests.at(0).target, "http://models.invalid:8080/v1/models?x=y");
  EXPECT_EQ(requests.at(0).header("host"), "models.invalid:8080");
  EXPECT_EQ(requests.at(0).header("proxy-authorization"), "Basic bWU6Y2FuYXJ5");
  EXPECT_EQ(requests.at(1).target, "http://models.invalid:8080/");
  EXPECT_EQ(proxy.connections(), 1u);
}

TEST(ProxiedTransport, TellsAProxysRefusalFromAVendors) {
  scripted_vendor proxy;
  proxy.push(vendor_script::response(407, "no"));
  http_transport_options options;
  options.proxy.http = "127.0.0.1:" + std::to_string(proxy.port());

  EXPECT_EQ(code_of(get(*transport_with(options), "http://models.invalid/")), errc::permission_denied);
}

class TunnelledTransport : public ::testing::Test {
 protected:
  std::shared_ptr<transport> through(std::string proxy_url) {
    http_transport_options options;
    options.ca_file = vendor_.ca_file();
    options.proxy.https = std::move(proxy_url);
    return transport_with(options);
  }

  scripted_vendor vendor_{vendor_security::tls};
};

TEST_F(TunnelledTransport, ReachesTheVendorThroughAProxyThatSeesNoRequest) {
  tunnel_proxy proxy(vendor_.port());
  auto const by_proxy = through(proxy.url("me:canary@"));

  EXPECT_EQ(get(*by_proxy, url_of("localhost", vendor_)).value(), 200);
  EXPECT_EQ(get(*by_proxy, url_of("localhost", vendor_)).value(), 200);
  auto const authority = "localhost:" + std::to_string(vendor_.port());
  auto const heads = proxy.heads();
  ASSERT_EQ(heads.size(), 1u);
  EXPECT_EQ(heads[0], "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority +
                          "\r\nProxy-Authorization: Basic bWU6Y2FuYXJ5\r\n\r\n");
  auto const request = vendor_.requests().at(0);
  EXPECT_EQ(request.target, "/v1/models");
  EXPECT_EQ(request.header("proxy-authorization"), "");
  EXPECT_EQ(request.header("authorization"), "Bearer sk-canary");
}

TEST_F(TunnelledTransport, VerifiesTheVendorAndNotTheProxy) {
  scripted_vendor other(vendor_security::tls_wrong_host);
  tunnel_proxy proxy(other.port());

  EXPECT_EQ(code_of(get(*through(proxy.url()), url_of("localhost", vendor_))), errc::permission_denied);
  EXPECT_TRUE(other.requests().empty());
}

TEST_F(TunnelledTransport, AProxysRefusalsAreTyped) {
  std::vector<std::pair<std::string, errc>> const answers{
      {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", errc::permission_denied},
      {"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", errc::permission_denied},
      {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n", errc::permission_denied},
      {"HTTP/1.1 502 Bad Gateway\r\n\r\n", errc::unavailable},
      {"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", errc::provider_error},
      {"SSH-2.0-OpenSSH_9.2\r\n\r\n", errc::provider_error},
      {"HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", errc::provider_error},
      {"HTTP/1.1 200", errc::unavailable}};
  for (auto const& [answer, code] : answers) {
    tunnel_proxy proxy(vendor_.port(), answer);
    EXPECT_EQ(code_of(get(*through(proxy.url()), url_of("localhost", vendor_))), code) << answer.substr(0, 60);
  }
  EXPECT_EQ(vendor_.connections(), 0u);
}

TEST_F(TunnelledTransport, AProxyThatIsNotThereIsUnavailable) {
  EXPECT_EQ(code_of(get(*through("127.0.0.5:9"), url_of("localhost", vendor_))), errc::unavailable);
}

TEST_F(TunnelledTransport, IsNotUsedForHostsOfTheBypass) {
  tunnel_proxy proxy(vendor_.port());
  http_transport_options options;
  options.ca_file = vendor_.ca_file();
  options.proxy.https = proxy.url();
  options.proxy.bypass = "example.com,localhost";

  EXPECT_EQ(get(*transport_with(options), url_of("localhost", vendor_)).value(), 200);
  EXPECT_TRUE(proxy.heads().empty());
}

TEST(ProxiedTransport, TheGuardChecksWhatItCanSee) {
  scripted_vendor proxy;
  auto options = guarded(address_guard());
  options.proxy.http = "127.0.0.1:" + std::to_string(proxy.port());  // the operator's: not guarded
  auto const through = transport_with(options);

  for (auto const* host : {"127.0.0.1", "[::1]", "169.254.169.254", "localhost", "x.LOCALHOST."})
    EXPECT_EQ(code_of(get(*through, url_of(host, 80))), errc::permission_denied) << host;
  EXPECT_EQ(proxy.connections(), 0u);
  EXPECT_EQ(get(*through, "http://models.invalid/").value(), 200);
}

TEST(ProxiedTransport, RefusesWhatIsNoProxy) {
  http_transport_options options;
  options.proxy.https = "socks5://127.0.0.1";

  EXPECT_EQ(http_transport(options).error().code, errc::invalid_argument);
}

// --- idle connections ---

// --- one connection, several execution contexts ---

class HalfAResponse : public ::testing::Test {
 protected:
  HalfAResponse() { vendor_.push(vendor_script::stream().chunk("half").wait(rest_).chunk(" and half").end()); }

  // Up to the first half.
  task<void> open() {
    http_request request("GET", url_of("127.0.0.1", vendor_));
    body_ = (co_await through_->send(std::move(request))).value().body;
    read_ = (co_await body_->read(std::chrono::steady_clock::now() + patience)).value();
  }
  task<void> read_to_the_end() {
    for (;;) {
      auto const more = co_await body_->read(std::chrono::steady_clock::now() + patience);
      if (more.value().empty()) break;
      read_ += *more;
    }
  }

  scripted_vendor vendor_;
  gate rest_;
  std::shared_ptr<transport> through_ = transport_with({});
  std::unique_ptr<http_body> body_;
  std::string read_;
};

TEST_F(HalfAResponse, IsReadToItsEndOnAnotherContextOnceTheFirstIsGone) {
  sync_wait(open());
  rest_.open();
  sync_wait(read_to_the_end());

  EXPECT_EQ(read_, "half and half");
}

TEST_F(HalfAResponse, OutlivesTheContextThatWaitsForTheRest) {
  {
    boost::asio::io_context context(1);
    auto work = [this]() -> task<void> {
      co_await open();
      co_await read_to_the_end();
    };
    boost::asio::co_spawn(context, work(), boost::asio::detached);
    while (read_.empty() && context.run_one() > 0) {
    }
    context.poll();
  }
  EXPECT_EQ(read_, "half");
  body_.reset();

  EXPECT_TRUE(vendor_.closed_by_client_within(patience));
}

TEST(Transport, ConnectionsServeContextsThatComeAndGoOnManyThreads) {
  scripted_vendor vendor;
  auto const through = transport_with({});
  auto const work = [&] {
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(get(*through, url_of("127.0.0.1", vendor)));
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  }
  EXPECT_LE(vendor.connections(), 4u);
}

// --- the pool ---

TEST(Transport, ClosesIdleConnectionsOfEveryHost) {
  scripted_vendor quiet;
  scripted_vendor busy;
  http_transport_options options;
  options.keep_alive = 1ms;
  auto const through = transport_with(options);
  EXPECT_TRUE(get(*through, url_of("127.0.0.1", quiet)));
  auto const deadline = std::chrono::steady_clock::now() + patience;
  while (!quiet.closed_by_client_within(5ms) && std::chrono::steady_clock::now() < deadline)
    EXPECT_TRUE(get(*through, url_of("127.0.0.1", busy)));

  EXPECT_EQ(quiet.open_connections(), 0u);
}

}  // namespace
}  // namespace sambung::transport_test
