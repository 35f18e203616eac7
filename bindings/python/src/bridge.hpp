// bridge: the queue of one loop, as Python has it.
#pragma once

#include "codec.hpp"
#include "running_engine.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace sambung::python {

class bridge {
 public:
  explicit bridge(std::shared_ptr<bridge_queue> queue) : queue_(std::move(queue)) {}
  bridge(bridge const&) = delete;
  bridge& operator=(bridge const&) = delete;
  ~bridge();

  // Throws error(errc::unavailable) in a process that was forked since.
  std::shared_ptr<bridge_queue> const& queue() const;
  // Starts the operation under a new ticket.
  std::uint64_t start(running_engine& in, task<erased> operation, std::optional<std::chrono::milliseconds> limit);
  void cancel(std::uint64_t ticket);
  // With the GIL: a list of tuples; null with an exception set.
  PyObject* take(std::size_t limit);
  void close();

 private:
  std::uint64_t made_in_ = forks();
  std::shared_ptr<bridge_queue> queue_;
  std::mutex mutex_;
  std::map<std::uint64_t, std::weak_ptr<call>> calls_;
};

}  // namespace sambung::python
