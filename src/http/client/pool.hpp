// Connections kept alive for each host, and how many there may be at once.
#pragma once

#include "http/client/connection.hpp"

#include <boost/asio/experimental/concurrent_channel.hpp>

#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace sambung::http {

class pool;

// The right to one connection to a host, and that connection. Given up by destroying it.
class lease {
 public:
  lease() = default;
  lease(std::shared_ptr<pool> owner, std::string host, std::unique_ptr<connection> reused)
      : owner_(std::move(owner)),
        host_(std::move(host)),
        connection_(std::move(reused)),
        reused_(connection_ != nullptr) {}
  lease(lease&&) = default;
  lease& operator=(lease&& other) noexcept;
  ~lease() { give_up(); }

  explicit operator bool() const { return owner_ != nullptr; }
  bool reused() const { return reused_; }
  connection& wire() { return *connection_; }
  bool connected() const { return connection_ != nullptr; }
  void connect(std::unique_ptr<connection> fresh);
  // Closes the connection and keeps the right to one.
  void drop_connection() { connection_.reset(); }

  // The connection is fit for another request.
  void give_back();
  void give_up();

 private:
  std::shared_ptr<pool> owner_;
  std::string host_;
  std::unique_ptr<connection> connection_;
  bool reused_ = false;
};

// Thread safety: safe to use from any thread.
class pool : public std::enable_shared_from_this<pool> {
 public:
  pool(std::size_t max_connections, std::chrono::milliseconds keep_alive)
      : max_connections_(max_connections), keep_alive_(keep_alive) {}

  // Waits for a right until `deadline`; a lease that is false when it came first.
  task<lease> acquire(std::string host, time_point deadline);

 private:
  friend class lease;
  friend class place_in_line;

  struct waiter {
    explicit waiter(boost::asio::any_io_executor const& executor) : granted_signal(executor, 1) {}
    boost::asio::experimental::concurrent_channel<void(boost::system::error_code)> granted_signal;
    bool granted = false;
  };
  struct idle {
    std::unique_ptr<connection> wire;
    time_point until;
  };
  struct host_state {
    std::vector<idle> idle_connections;  // the one used last is at the back
    std::size_t used = 0;
    std::deque<std::shared_ptr<waiter>> line;
  };

  bool try_take(std::string const& host);
  std::unique_ptr<connection> idle_connection(std::string const& host);
  void release(std::string const& host, std::unique_ptr<connection> reusable);
  // Of every host, now and then.
  std::vector<idle> take_expired();

  std::size_t const max_connections_;
  std::chrono::milliseconds const keep_alive_;
  std::mutex mutex_;
  std::map<std::string, host_state> hosts_;
  time_point next_sweep_ = time_point::min();
};

}  // namespace sambung::http
