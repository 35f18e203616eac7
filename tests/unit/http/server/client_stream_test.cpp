#include "http/server/client_stream.hpp"

#include <gtest/gtest.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>

#include <optional>
#include <string>

namespace sambung::client_stream_test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using serving::client_stream;

class ClientStream : public ::testing::Test {
 protected:
  ClientStream() {
    tcp::acceptor acceptor(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    client_.open(tcp::v4());
    client_.set_option(asio::socket_base::receive_buffer_size(4'096));
    client_.connect(acceptor.local_endpoint());
    served_.emplace(acceptor.accept(), nullptr);
  }

  // As a stream does: whatever goes now.
  std::size_t send_now(std::size_t bytes) {
    std::string const piece(16'384, 'a');
    std::size_t sent = 0;
    for (auto now = piece.size(); now == piece.size() && sent < bytes; sent += now)
      now = served_->write_now(asio::buffer(piece));
    return sent;
  }

  asio::io_context io_;
  tcp::socket client_{io_};
  std::optional<client_stream> served_;
};

TEST_F(ClientStream, LeavesLittleInTheSystemOfWhatItsClientDoesNotRead) { EXPECT_LT(send_now(16'777'216), 524'288u); }

TEST_F(ClientStream, SendsTheRestOnceItsClientReads) {
  auto const sent = send_now(16'777'216);

  std::string seen(sent, ' ');
  asio::read(client_, asio::buffer(seen));

  EXPECT_GT(send_now(16'384), 0u);
}

}  // namespace
}  // namespace sambung::client_stream_test
