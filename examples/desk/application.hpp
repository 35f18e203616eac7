// The whole desk: an engine with what is the desk's own, behind an HTTP server.
#pragma once

#include "directory.hpp"

#include <sambung/server/server.hpp>

#include <boost/asio/thread_pool.hpp>

namespace helpdesk {

struct settings {
  std::shared_ptr<sambung::storage> storage;
  sambung::provider_registry providers;  // beside the desk's own, "desk"
  std::string model = "desk/commands";
  std::size_t threads = 1;
  std::shared_ptr<sambung::clock> clock;
  std::shared_ptr<sambung::observer> observer;
};

class application {
 public:
  // Migrates the storage and enrolls the people. Throws sambung::error.
  application(settings how, directory people);

  std::uint16_t listen(std::string const& host, std::uint16_t port) { return server_.listen(host, port); }
  // Lets answers that are under way end for up to `grace`. To be called once, before it goes.
  void stop(std::chrono::milliseconds grace = std::chrono::seconds(10));

  // For whoever works in this process: what an agent may do.
  sambung::workspace workspace_of(std::string_view session) const;
  boost::asio::thread_pool::executor_type executor() { return io_.get_executor(); }

 private:
  directory people_;
  boost::asio::thread_pool io_;
  sambung::engine engine_;
  sambung::server server_;
};

}  // namespace helpdesk
