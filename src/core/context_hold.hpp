// context_hold: what a thread holds while it hands something to an executor of others.
#pragma once

#include <sambung/core/export.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include <memory>
#include <utility>

namespace sambung {

// Posting takes a moment longer than it takes until what was posted runs, ends, and lets its application destroy the
// executor's context: an engine that is shut down, say, while a thread of its storage, which lives on, is still on its
// way out of a post. The context's destructor waits until nobody holds it. Whoever holds one must not destroy it, nor
// wait for what does.
class SAMBUNG_API context_hold {
 public:
  explicit context_hold(boost::asio::any_io_executor const& executor);  // whose context is alive
  context_hold(context_hold&& other) noexcept = default;
  context_hold& operator=(context_hold&& other) = delete;
  ~context_hold();

 private:
  class holders;
  class service;
  std::shared_ptr<holders> holders_;
};

// Posts `f` from whatever thread.
template <class F>
void post_home(boost::asio::any_io_executor executor, F f) {
  context_hold const hold(executor);
  auto const home = std::move(executor);  // goes before the hold does
  boost::asio::post(home, std::move(f));
}

}  // namespace sambung
