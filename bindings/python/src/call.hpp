// call: one operation of an engine that is under way.
#pragma once

#include "shape.hpp"

#include <sambung/core/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

namespace sambung::python {

// Thread safety: safe to use from any thread.
class call : public std::enable_shared_from_this<call> {
 public:
  // Told once, with a value or what was thrown, by whatever thread ends it.
  using done_function = std::function<void(erased value, std::exception_ptr thrown)>;

  call(boost::asio::any_io_executor where, done_function done) : where_(std::move(where)), done_(std::move(done)) {}

  void start(task<erased> operation, std::optional<std::chrono::milliseconds> limit);
  // Asks the operation to end, in Asio's way.
  void cancel();
  void finish(erased value, std::exception_ptr thrown);

 private:
  boost::asio::any_io_executor where_;
  done_function done_;
  std::atomic<bool> finished_ = false;
  boost::asio::cancellation_signal cancellation_;
};

}  // namespace sambung::python
