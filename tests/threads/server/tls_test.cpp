// TLS that ends in the server, over real sockets.
#include "http/server/certificate_store.hpp"
#include "support/client_frame.hpp"
#include "support/served_engine.hpp"
#include "testing/certificate.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <mutex>

namespace sambung::tls_test {
namespace {

using namespace std::chrono_literals;
using test::raw_client;
using test::served_engine;
namespace asio = boost::asio;
using asio::ip::tcp;

// A client that trusts nobody but `authority`.
class tls_client {
 public:
  explicit tls_client(std::uint16_t port, std::string const& authority,
                      asio::ssl::context::method method = asio::ssl::context::tls_client,
                      std::string_view protocols = {"\x08http/1.1", 9})
      : context_(method), stream_(io_, context_) {
    SSL_set_alpn_protos(stream_.native_handle(), reinterpret_cast<unsigned char const*>(protocols.data()),
                        static_cast<unsigned>(protocols.size()));
    SSL_set_verify(stream_.native_handle(), SSL_VERIFY_PEER, nullptr);
    SSL_set1_host(stream_.native_handle(), "localhost");
    context_.load_verify_file(authority);
    stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
    stream_.handshake(asio::ssl::stream_base::client);
  }

  std::string protocol() {
    unsigned char const* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(stream_.native_handle(), &name, &size);
    return {reinterpret_cast<char const*>(name), size};
  }

  // The head of the answer and what came with it.
  std::string call(std::string const& request) {
    send(request);
    return read_to("\r\n\r\n");
  }

  void send(std::string_view bytes) { asio::write(stream_, asio::buffer(bytes)); }
  // Everything up to `mark`, and what came with it.
  std::string read_to(std::string_view mark) {
    std::string seen;
    asio::read_until(stream_, asio::dynamic_buffer(seen), mark);
    return seen;
  }

  // What comes until the server ends. `error()` is eof only after its close_notify.
  std::string rest() {
    std::string seen;
    asio::read(stream_, asio::dynamic_buffer(seen), fault_);
    return seen;
  }
  boost::system::error_code error() const { return fault_; }

  asio::ssl::stream<tcp::socket>& stream() { return stream_; }

 private:
  asio::io_context io_;
  asio::ssl::context context_;
  asio::ssl::stream<tcp::socket> stream_;
  boost::system::error_code fault_;
};

server_options with(testing::test_certificate const& certificate) {
  server_options options;
  options.tls.emplace(certificate.file(), certificate.key_file());
  return options;
}

std::string get(std::string const& path, std::string const& more = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}

void copy(std::string const& from, std::string const& to) {
  std::ifstream in(from);
  std::ofstream out(to, std::ios::trunc);
  out << in.rdbuf();
}

TEST(Tls, ServesWithStrictTransportSecurityAndKeepsAlive) {
  testing::test_certificate const certificate("DNS:localhost");
  served_engine served(with(certificate));
  tls_client client(served.port(), certificate.file());

  EXPECT_EQ(client.protocol(), "http/1.1");
  for (int i = 0; i < 3; ++i) {
    auto const response = client.call(get("/healthz"));
    EXPECT_TRUE(response.starts_with("HTTP/1.1 200")) << response;
    EXPECT_NE(response.find("Strict-Transport-Security: max-age="), response.npos);
  }
  EXPECT_TRUE(client.call(get("/v1/models", served.authorization)).starts_with("HTTP/1.1 200"));
}

TEST(Tls, EndsWithANotice) {
  testing::test_certificate const certificate("DNS:localhost");
  served_engine served(with(certificate));
  tls_client client(served.port(), certificate.file());

  client.call(get("/healthz", "Connection: close\r\n"));
  client.rest();

  EXPECT_EQ(client.error(), asio::error::eof);
}

TEST(Tls, RefusesWhatIsOldOrSpeaksSomethingElse) {
  testing::test_certificate const certificate("DNS:localhost");
  served_engine served(with(certificate));
  auto const port = served.port();

  EXPECT_ANY_THROW(tls_client(port, certificate.file(), asio::ssl::context::tlsv11_client));
  EXPECT_ANY_THROW(tls_client(port, certificate.file(), asio::ssl::context::tls_client, {"\x02h2", 3}));
  EXPECT_NO_THROW(tls_client(port, certificate.file(), asio::ssl::context::tlsv12_client));
  EXPECT_NO_THROW(tls_client(port, certificate.file(), asio::ssl::context::tls_client, {"\x02h2\x08http/1.1", 12}));
  raw_client plain(port);
  plain.try_send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(plain.read_to_end().find("200 OK"), std::string::npos);
}

TEST(Tls, ClosesAClientThatDoesNotShakeHands) {
  testing::test_certificate const certificate("DNS:localhost");
  auto options = with(certificate);
  options.limits.header_time = 100ms;
  served_engine served(options);
  raw_client silent(served.port());

  EXPECT_EQ(silent.read_to_end(), "");
}

TEST(Tls, CarriesAStreamAndABigBody) {
  testing::test_certificate const certificate("DNS:localhost");
  served_engine served(with(certificate));
  served.provider->push(testing::answer_script().text(std::string(300'000, 'x')).finish());
  tls_client client(served.port(), certificate.file());
  std::string const body = R"({"model":"test/scripted","stream":true,"messages":[{"role":"user","content":")" +
                           std::string(200'000, 'y') + R"("}]})";

  auto text = client.call(
      raw_client::request("POST", "/v1/chat/completions", body, served.authorization + "Connection: close\r\n"));
  text += client.rest();

  EXPECT_GT(text.size(), 300'000u);
  EXPECT_NE(text.find("[DONE]"), text.npos);
}

TEST(Tls, CarriesAWebSocketOfItsOwnPages) {
  testing::test_certificate const certificate("DNS:localhost");
  served_engine served(with(certificate));
  served.provider->push(testing::answer_script().text(std::string(300'000, 'z')).finish());
  auto const desk = served.engine.workspace(principal::trusted(served.home, served.owner, member_role::owner));
  auto const chat = to_string(sync_wait(desk.chats().create("t", "test/scripted")).id);
  tls_client foreign(served.port(), certificate.file());
  tls_client client(served.port(), certificate.file());

  auto const refused = foreign.call(test::client_handshake(served.authorization + "Origin: http://localhost\r\n"));
  auto const opened = client.call(test::client_handshake(served.authorization + "Origin: https://localhost\r\n"));
  client.send(test::client_frame(
      0x81, R"({"i":"1","p":{"u":"/message/stream","b":{"json":{"chatId":")" + chat + R"(","text":"hi"}}}})"));
  auto const answer = client.read_to(R"("e":"done")");
  client.send(test::client_frame(0x88, "\x03\xE8"));

  EXPECT_TRUE(refused.starts_with("HTTP/1.1 403")) << refused;
  EXPECT_TRUE(opened.starts_with("HTTP/1.1 101")) << opened;
  EXPECT_EQ(std::ranges::count(answer, 'z'), 300'000);
  EXPECT_TRUE(client.rest().ends_with("\x88\x02\x03\xE8"));
  EXPECT_EQ(client.error(), asio::error::eof);
}

TEST(Tls, TakesANewCertificateAndKeepsTheOldOneWhenTheNewIsBroken) {
  testing::test_certificate const first("DNS:localhost");
  testing::test_certificate const second("DNS:localhost");
  std::string const folder = ::testing::TempDir() + "sambung-tls-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  tls_files const files(folder + "/certificate", folder + "/key");
  copy(first.file(), files.certificate);
  copy(first.key_file(), files.key);
  serving::certificate_store store(serving::certificate_files(files.certificate, files.key));
  auto const before = store.current();

  EXPECT_EQ(store.reload_if_changed(), serving::certificate_news::none);
  std::ofstream(files.certificate) << "broken";
  EXPECT_EQ(store.reload_if_changed(), serving::certificate_news::refused);
  EXPECT_EQ(store.reload_if_changed(), serving::certificate_news::none);
  EXPECT_EQ(store.current(), before);
  copy(second.file(), files.certificate);
  EXPECT_EQ(store.reload_if_changed(), serving::certificate_news::refused);  // the key is still the first one's
  copy(second.key_file(), files.key);
  EXPECT_EQ(store.reload_if_changed(), serving::certificate_news::reloaded);
  EXPECT_NE(store.current(), before);
  std::filesystem::remove(files.certificate);
  EXPECT_EQ(store.reload_if_changed(), serving::certificate_news::refused);
  EXPECT_NE(store.current(), nullptr);
  std::filesystem::remove_all(folder);
}

TEST(Tls, RefusesToStartWithoutAUsableCertificate) {
  server_options options;
  options.tls.emplace("/nowhere/certificate", "/nowhere/key");

  EXPECT_THROW(served_engine served(options), error);
}

}  // namespace
}  // namespace sambung::tls_test
