#include "server/listening.hpp"

#include <sambung/core/error.hpp>

#include <boost/asio/ip/v6_only.hpp>

namespace sambung::serving {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

}  // namespace

std::shared_ptr<tcp::acceptor> open_acceptor(asio::any_io_executor executor, tcp::endpoint const& address) {
  auto acceptor = std::make_shared<tcp::acceptor>(executor);
  acceptor->open(address.protocol());
  acceptor->set_option(asio::socket_base::reuse_address(true));
  if (address.protocol() == tcp::v6()) acceptor->set_option(asio::ip::v6_only(true));
  acceptor->bind(address);
  acceptor->listen();
  return acceptor;
}

tcp::endpoint resolve(asio::any_io_executor executor, std::string const& host, std::uint16_t port) {
  boost::system::error_code fault;
  auto const address = asio::ip::make_address(host, fault);
  if (!fault) return {address, port};
  auto const found = tcp::resolver(executor).resolve(host, std::to_string(port), tcp::resolver::passive, fault);
  if (fault || found.empty()) throw error(errc::invalid_argument, "cannot find the host " + host);
  return found.begin()->endpoint();
}

}  // namespace sambung::serving
