#include <sambung/server/server.hpp>

#include "core/executor_probe.hpp"
#include "server/server_core.hpp"

namespace sambung {
namespace {

task<void> shut_down(std::shared_ptr<serving::server_core> core, std::chrono::milliseconds grace) {
  bool const runs = co_await core->is_run();
  if (!runs) {
    co_await core->served.shutdown(grace);
    throw error(nobody_runs_executor("server", errc::deadline_exceeded));
  }
  co_await core->shutdown(grace);
}

}  // namespace

server::server(engine& served, boost::asio::any_io_executor executor, server_options options)
    : core_(std::make_shared<serving::server_core>(served, std::move(executor), std::move(options))) {}

server::~server() { core_->stop(); }

procedure_registry& server::procedures() { return core_->procedures; }

std::uint16_t server::listen(std::string const& host, std::uint16_t port) { return core_->listen(host, port); }

std::uint16_t server::listen_admin(std::string const& address) { return core_->listen_admin(address); }

task<void> server::shutdown(std::chrono::milliseconds grace) { return shut_down(core_, grace); }

}  // namespace sambung
