// Connecting to a host of several addresses (RFC 8305, "happy eyeballs", in short).
#pragma once

#include "http/client/dialer.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <vector>

namespace sambung::http {

// What an address gets before the next one is tried beside it.
inline constexpr std::chrono::milliseconds attempt_delay{250};

// The families by turns, each in its own order, the first address first.
std::vector<boost::asio::ip::tcp::endpoint> interleaved(std::vector<boost::asio::ip::tcp::endpoint> const& addresses);

// The first connection that is there; the other attempts are given up. The next one begins `attempt_delay` after the
// one before, or as soon as that has failed. `to` is for the failures: errc::unavailable, that of the attempt that
// failed last.
task<result<std::unique_ptr<connection>>> connect_to_first(destination const& to,
                                                           std::vector<boost::asio::ip::tcp::endpoint> addresses,
                                                           time_point deadline);

}  // namespace sambung::http
