// bridge_queue: how what happened on C++'s threads reaches a thread of Python's. Whoever has something puts it in and
// rings; whoever waits for the descriptor takes all that is there. No thread of ours needs the GIL for it.
#pragma once

#include "shape.hpp"

#include <sambung/core/error.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <vector>

namespace sambung::python {

enum class message_kind { done = 0, failed = 1, request = 2, room = 3, withdrawn = 4 };

struct bridge_message {
  std::uint64_t ticket = 0;
  message_kind what = message_kind::done;
  std::vector<erased> values;  // one of what is done; those of a request
  std::exception_ptr thrown;   // of what failed
};

// Unlike any other of this process.
std::uint64_t next_ticket() noexcept;

// Thread safety: safe to use from any thread.
class bridge_queue {
 public:
  bridge_queue();  // throws error(errc::unavailable) without a descriptor
  ~bridge_queue();
  bridge_queue(bridge_queue const&) = delete;
  bridge_queue& operator=(bridge_queue const&) = delete;

  // Readable when something is there; -1 once it is closed.
  int descriptor() const;
  // What is put into a closed one is dropped.
  void put(bridge_message message);
  std::vector<bridge_message> take(std::size_t limit);
  // Whether something is there, at the latest after `limit`; EINTR counts as nothing.
  bool wait(std::chrono::milliseconds limit);
  void close();

 private:
  void ring();
  void silence();

  mutable std::mutex mutex_;
  std::deque<bridge_message> waiting_;
  int descriptor_ = -1;
};

}  // namespace sambung::python
