// hosted_executor: an executor that an engine runs on, known by everybody for as long as it does.
#pragma once

#include <sambung/core/export.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace sambung {

// Thread safety: safe to use from any thread; the executor's context is not destroyed beside it.
class SAMBUNG_API hosted_executor {
 public:
  // Calls `gone` while the executor's context is destroyed, if that goes first: what is posted then is never run.
  hosted_executor(boost::asio::any_io_executor const& executor, std::function<void()> gone);
  ~hosted_executor();
  hosted_executor(hosted_executor const&) = delete;
  hosted_executor& operator=(hosted_executor const&) = delete;

  // Whether the calling thread runs one: who waits on it for an engine may wait for itself. Sees Asio's io_context and
  // thread_pool; of other contexts nothing is known.
  static bool runs_here();

 private:
  class place;
  class registry;
  class service;
  static service& service_of(boost::asio::any_io_executor const& executor);
  std::shared_ptr<place> place_;
  std::uint64_t number_ = 0;
};

}  // namespace sambung
