// An executor that runs one thing at a time.
#pragma once

#include <sambung/core/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/strand.hpp>

namespace sambung {

inline boost::asio::any_io_executor serial_executor(boost::asio::any_io_executor executor, executor_threads threads) {
  if (threads == executor_threads::one) return executor;
  return boost::asio::make_strand(std::move(executor));
}

}  // namespace sambung
