// An HTTP proxy on a real socket of this machine that connects every CONNECT to one port, whatever host was asked for.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sambung::testing {

class tunnel_proxy {
 public:
  // `refusal`: the whole response to every request instead of a tunnel.
  explicit tunnel_proxy(unsigned short port, std::string refusal = {})
      : to_(port),
        refusal_(std::move(refusal)),
        acceptor_(context_, endpoint(boost::asio::ip::address_v4::loopback(), 0)),
        accepting_([this] { accept(); }) {}
  ~tunnel_proxy() {
    stopping_ = true;
    boost::system::error_code ignored;
    socket last(context_);
    last.connect(acceptor_.local_endpoint(), ignored);
    accepting_.join();
    for (auto& each : tunnels_) each.join();
  }
  tunnel_proxy(tunnel_proxy const&) = delete;
  tunnel_proxy& operator=(tunnel_proxy const&) = delete;

  std::string url(std::string const& userinfo = {}) const {
    return "http://" + userinfo + "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }

  // The heads that clients sent.
  std::vector<std::string> heads() const {
    std::lock_guard const lock(mutex_);
    return heads_;
  }

 private:
  using endpoint = boost::asio::ip::tcp::endpoint;
  using socket = boost::asio::ip::tcp::socket;

  void accept() {
    for (;;) {
      auto client = std::make_shared<socket>(acceptor_.accept());
      if (stopping_) return;
      tunnels_.emplace_back([this, client] { serve(*client); });
    }
  }

  void serve(socket& client) {
    boost::system::error_code fault;
    std::string head;
    boost::asio::read_until(client, boost::asio::dynamic_buffer(head), "\r\n\r\n", fault);
    if (fault) return;
    {
      std::lock_guard const lock(mutex_);
      heads_.push_back(head);
    }
    auto const answer = refusal_.empty() ? std::string("HTTP/1.1 200 Connection established\r\n\r\n") : refusal_;
    boost::asio::write(client, boost::asio::buffer(answer), fault);
    if (!refusal_.empty()) return;
    socket vendor(context_);
    vendor.connect(endpoint(boost::asio::ip::address_v4::loopback(), to_), fault);
    std::thread back([&] { pass_on(vendor, client); });
    pass_on(client, vendor);
    back.join();
  }

  static void pass_on(socket& from, socket& into) {
    boost::system::error_code fault;
    std::vector<char> bytes(65'536);
    while (!fault) {
      auto const size = from.read_some(boost::asio::buffer(bytes), fault);
      if (!fault) boost::asio::write(into, boost::asio::buffer(bytes.data(), size), fault);
    }
    into.shutdown(socket::shutdown_both, fault);
    from.shutdown(socket::shutdown_both, fault);
  }

  unsigned short to_;
  std::string refusal_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> heads_;
  std::list<std::thread> tunnels_;
  std::thread accepting_;
};

}  // namespace sambung::testing
