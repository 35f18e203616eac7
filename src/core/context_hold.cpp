#include "core/context_hold.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace sambung {
namespace asio = boost::asio;

// Outlives the context for as long as somebody is about to leave.
class context_hold::holders {
 public:
  void enter() {
    std::lock_guard lock(mutex_);
    ++count_;
  }
  void leave() {
    std::lock_guard lock(mutex_);
    if (--count_ == 0) none_.notify_all();
  }
  void await_none() {
    std::unique_lock lock(mutex_);
    none_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;
};

// What a context has of its holders.
class context_hold::service : public asio::execution_context::service {
 public:
  using key_type = service;
  static asio::execution_context::id id;

  explicit service(asio::execution_context& owner) : asio::execution_context::service(owner) {}
  std::shared_ptr<holders> const& all() const { return holders_; }

 private:
  void shutdown() override { holders_->await_none(); }

  std::shared_ptr<holders> const holders_ = std::make_shared<holders>();
};

asio::execution_context::id context_hold::service::id;

context_hold::context_hold(asio::any_io_executor const& executor)
    : holders_(asio::use_service<service>(asio::query(executor, asio::execution::context)).all()) {
  holders_->enter();
}

context_hold::~context_hold() {
  if (holders_) holders_->leave();
}

}  // namespace sambung
