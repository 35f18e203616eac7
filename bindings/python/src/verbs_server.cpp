// The reference server on an engine of Python's.
#include "verb_table.hpp"

#include <sambung/server/server.hpp>

namespace sambung::python {
namespace {

// The engine outlives the server in it.
struct open_server {
  open_server(std::shared_ptr<engine> on, boost::asio::any_io_executor where, server_options options)
      : served(std::move(on)), one(*served, std::move(where), std::move(options)) {}

  std::shared_ptr<engine> served;
  server one;
};
using server_ptr = std::shared_ptr<open_server>;

}  // namespace

template <>
struct reached<server_ptr> {
  static constexpr auto on = target::server;
  static server_ptr of(handle const& h) { return std::static_pointer_cast<open_server>(h.value); }
};

namespace {

task<handle_of<target::server>> open(engine_ptr on, server_options options) {
  options.threads = on->threads() == 1 ? executor_threads::one : executor_threads::many;
  co_return handle_of<target::server>(on,
                                      std::make_shared<open_server>(on->served(), on->executor(), std::move(options)));
}

task<std::int64_t> listen(server_ptr on, std::string host, std::uint16_t port) { co_return on->one.listen(host, port); }

task<std::int64_t> listen_admin(server_ptr on, std::string address) { co_return on->one.listen_admin(address); }

task<void> shut_down(server_ptr on, std::chrono::milliseconds grace) {
  auto ending = on->one.shutdown(grace);
  co_await std::move(ending);
}

}  // namespace

void add_server_verbs(verb_table& to) {
  to.verb("server_open", "options",
          [](engine_ptr on, server_options options) { return open(std::move(on), std::move(options)); });
  to.verb("server_listen", "host port", [](server_ptr on, std::string host, std::uint16_t port) {
    return listen(std::move(on), std::move(host), port);
  });
  to.verb("server_listen_admin", "address",
          [](server_ptr on, std::string address) { return listen_admin(std::move(on), std::move(address)); });
  to.verb("server_shutdown", "grace",
          [](server_ptr on, std::chrono::milliseconds grace) { return shut_down(std::move(on), grace); });
}

}  // namespace sambung::python
