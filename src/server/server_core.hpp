// What a server's connections share, and what watches over them.
#pragma once

#include "core/running_count.hpp"
#include "http/server/body_budget.hpp"
#include "http/server/certificate_store.hpp"
#include "http/server/http_limits.hpp"
#include "http/server/log_buffer.hpp"
#include "server/admin_listener.hpp"
#include "server/front_door.hpp"
#include "server/held_connection.hpp"
#include "server/memory_return.hpp"
#include "server/places.hpp"
#include "server/server_metrics.hpp"
#include "server/slow_requests.hpp"
#include "server/socket_places.hpp"
#include "server/turnstile.hpp"

#include <sambung/core/id_generator.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace sambung::serving {

// Thread safety: the functions are safe to call from any thread, but those of the control executor (see there).
class server_core : public std::enable_shared_from_this<server_core> {
 public:
  server_core(engine const& served, boost::asio::any_io_executor executor, server_options options);

  engine served;  // a view of it: it may go first
  server_metrics measured;
  server_options const options;
  http_limits const limits;
  body_budget bodies;
  places<user_id> streams;
  places<user_id> answer_bytes;
  socket_places sockets;
  procedure_registry procedures;
  front_door door;
  id_generator ids;
  std::shared_ptr<sambung::clock> const clock;

  std::uint16_t listen(std::string const& host, std::uint16_t port);
  std::uint16_t listen_admin(std::string const& address);
  task<void> shutdown(std::chrono::milliseconds grace);
  // Whether somebody runs the executor.
  task<bool> is_run() const;
  // Ends everything at once.
  void stop();

  bool draining() const { return draining_; }
  std::size_t count();  // of connections
  bool logs() const { return static_cast<bool>(options.access_log); }
  bool logs(log_level of) const { return logs() && options.threshold->lets(of); }
  void log(std::string_view line) { log_.add(line); }
  // That of a request, as far as it is one of a slow one.
  void log_slow(access_record const& record) { log_.add(slow_.lines_of(record)); }
  void remove(held_connection const& ended);
  // `next` holds the place of `ended` from now on.
  void replace(held_connection const& ended, std::shared_ptr<held_connection> const& next);

  // Asks about a caller when it is its turn: `begin` gives what asks, on `executor`, or nothing when there is nothing
  // to ask any more.
  void check_in_turn(boost::asio::any_io_executor executor, std::function<std::optional<task<void>>()> begin);

  // Before something uses the engine in the background, beside a request. False once the engine is about to end, which
  // waits for what has begun.
  bool begin_background();
  auto background_ended() { return background_.ending(); }

 private:
  // Acceptors, the sweeper and shutdown run one at a time on the control executor.
  task<void> accept(std::shared_ptr<boost::asio::ip::tcp::acceptor> acceptor);
  void admit(boost::asio::ip::tcp::socket socket);
  // None, unless there is one for the address; a trusted proxy needs none.
  std::optional<places<std::string>::place> place_for(boost::asio::ip::tcp::socket const& from);
  task<void> sweep();
  task<void> drain(std::chrono::milliseconds grace);
  task<void> hurry(std::chrono::milliseconds grace);
  task<void> wait_until_empty(std::chrono::steady_clock::time_point const& deadline);
  void close_acceptors();
  void flush_log();
  // For new connections; null without TLS.
  std::shared_ptr<boost::asio::ssl::context> certificate() const;
  void look_after_certificate();
  void look_after_files();
  template <class F>
  void for_each_connection(F&& f);

  boost::asio::any_io_executor executor_;
  boost::asio::any_io_executor control_;
  boost::asio::steady_timer sweeper_;
  boost::asio::steady_timer emptied_;
  std::chrono::steady_clock::time_point grace_until_ = std::chrono::steady_clock::time_point::max();
  std::vector<std::shared_ptr<boost::asio::ip::tcp::acceptor>> acceptors_;
  std::atomic<bool> shutting_down_ = false;
  std::atomic<bool> draining_ = false;
  std::atomic<bool> parking_ = false;
  turnstile caller_checks_;
  running_count background_;
  bool sweeping_ = false;
  bool stopped_ = false;
  std::optional<certificate_store> certificates_;
  admin_listener admin_;

  log_buffer log_;
  slow_requests slow_;
  places<std::string> addresses_;
  memory_return memory_;

  std::mutex mutex_;  // of what follows
  struct held {
    std::weak_ptr<held_connection> one;  // what it waits for holds it, and goes with the executor
    places<std::string>::place of_address;
  };
  std::unordered_map<held_connection const*, held> connections_;
};

}  // namespace sambung::serving
