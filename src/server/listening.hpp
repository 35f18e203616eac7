// Sockets that listen.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace sambung::serving {

// Throws error(errc::invalid_argument) for a host that is none.
boost::asio::ip::tcp::endpoint resolve(boost::asio::any_io_executor executor, std::string const& host,
                                       std::uint16_t port);

// Throws boost::system::system_error.
std::shared_ptr<boost::asio::ip::tcp::acceptor> open_acceptor(boost::asio::any_io_executor executor,
                                                              boost::asio::ip::tcp::endpoint const& address);

}  // namespace sambung::serving
