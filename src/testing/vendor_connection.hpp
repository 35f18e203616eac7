// vendor_connection: what a scripted vendor does on one connection. And what its connections share.
#pragma once

#include <sambung/testing/scripted_vendor.hpp>

#include "testing/certificate.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

namespace sambung::testing {

struct scripted_vendor::state {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<vendor_script> scripts;
  handler otherwise;
  std::vector<vendor_request> requests;
  std::size_t accepted = 0;
  std::size_t open = 0;
  std::size_t closed_by_client = 0;
  std::size_t idle_generation = 0;  // raised to close what is idle
  std::atomic<bool> stopping = false;
  int listener = -1;
  unsigned short port = 0;
  std::unique_ptr<test_certificate> certificate;
  std::list<std::thread> workers;
  std::thread acceptor;

  // Notes the request.
  vendor_script script_for(vendor_request const& request);

  template <class F>
  bool wait(std::chrono::milliseconds time, F&& condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, time, condition);
  }
};

// Serves one connection on a thread of its own.
class vendor_connection {
 public:
  // Closes `fd` in the end. Lifetime: `owner` outlives it.
  vendor_connection(scripted_vendor::state& owner, int fd, std::size_t number)
      : owner_(owner), fd_(fd), number_(number), idle_since_(idle_generation()) {}
  ~vendor_connection();
  vendor_connection(vendor_connection const&) = delete;
  vendor_connection& operator=(vendor_connection const&) = delete;

  // Whether the client closed the connection.
  bool run();

 private:
  bool start_tls();
  bool wait_for(int wish);
  short poll_for(short events, int milliseconds);
  bool gone(int milliseconds = 0);
  bool read_more();
  std::size_t idle_generation();
  std::optional<vendor_request> read_request();
  bool play(vendor_script const& script);
  bool end(vendor_script::ending how);
  bool write(std::string_view bytes);

  scripted_vendor::state& owner_;
  int fd_;
  std::size_t number_;
  std::size_t idle_since_;  // the idle_generation when the last request came
  SSL* ssl_ = nullptr;
  std::string input_;
  bool client_gone_ = false;
};

}  // namespace sambung::testing
