// admin_listener: the door for operators, apart from that of clients: few connections, one request each, a time limit.
#pragma once

#include "http/server/body_budget.hpp"
#include "http/server/http_limits.hpp"
#include "server/admin_address.hpp"
#include "server/admin_routes.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace sambung::serving {

// Thread safety: listen() is safe to call from any thread, the rest is for its executor, which runs one thing at a
// time. Lifetime: the core outlives it; what it waits for holds the core.
class admin_listener {
 public:
  admin_listener(server_core& core, boost::asio::any_io_executor executor);

  // The port; 0 of a UNIX socket. Throws error(errc::unavailable) when it is taken.
  std::uint16_t listen(admin_address const& address);
  void close();

  // See admin_routes.
  void look() { routes_.look(); }

 private:
  struct session;

  template <class Acceptor>
  void start(std::shared_ptr<Acceptor> acceptor, std::string path);
  template <class Acceptor>
  task<void> accept(std::shared_ptr<Acceptor> acceptor);
  bool make_room();
  void admit(boost::asio::generic::stream_protocol::socket socket);
  task<void> serve(std::shared_ptr<session> one);
  task<http_response> respond(session& one);
  task<bool> receive(session& one);
  task<void> send(session& one, http_response const& response);

  server_core& core_;
  boost::asio::any_io_executor executor_;
  admin_routes routes_;
  http_limits limits_;
  body_budget bodies_;
  bool closed_ = false;
  std::vector<std::function<void()>> closers_;  // one of each acceptor
  std::vector<session*> sessions_;              // by age
};

}  // namespace sambung::serving
