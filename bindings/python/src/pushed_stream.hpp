// pushed_stream: what a provider of Python's says, between the thread that pushes it and the turn that reads it.
// Bounded: a reader that is slow makes the one who pushes wait.
#pragma once

#include "bridge_queue.hpp"
#include "callbacks.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace sambung::python {

// Thread safety: safe to use from any thread; one reader.
class pushed_stream : public std::enable_shared_from_this<pushed_stream> {
 public:
  static constexpr std::size_t max_waiting = 1024;
  static constexpr std::size_t max_waiting_bytes = 1'048'576;  // of text; what is pushed at once may go beyond it

  pushed_stream(std::uint64_t id, std::shared_ptr<bridge_queue> to) : id_(id), to_(std::move(to)) {}

  std::uint64_t id() const { return id_; }
  // In quick succession the reader hears of the first, then by tell(), or of a good deal at once: waking it takes
  // longer than what it wakes for.
  push_result push(std::vector<completion_event> events);
  void tell();
  void end(std::optional<failure> why);
  // The reader has gone: Python is told, once.
  void stop();

  static task<result<std::optional<completion_event>>> next(std::shared_ptr<pushed_stream> self);
  std::optional<completion_event> ready();

 private:
  std::optional<completion_event> take();
  void ring();
  bool is_full() const { return waiting_.size() >= max_waiting || waiting_bytes_ >= max_waiting_bytes; }
  bool has_room() const { return waiting_.size() < max_waiting / 2 && waiting_bytes_ < max_waiting_bytes / 2; }

  std::uint64_t id_;
  std::shared_ptr<bridge_queue> to_;
  std::mutex mutex_;
  std::deque<completion_event> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool wants_room_ = false;
  bool finished_ = false;  // the reader was told why it ended
  bool ended_ = false;
  bool stopped_ = false;
  std::optional<failure> why_;
  std::shared_ptr<boost::asio::steady_timer> bell_;  // of the reader that waits
  std::chrono::steady_clock::time_point heard_{};    // when it was last told of a push
};

}  // namespace sambung::python
