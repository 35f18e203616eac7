// pulling: how a source of events, from whatever thread, has its stream look for more.
#pragma once

#include "core/context_hold.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace sambung::serving {

// Calls owner->pull() on its executor, once for however many calls until pull() calls begin(). Holds nobody alive: the
// last owner must not go on a thread of others.
class pulling {
 public:
  template <class Owner>
  std::function<void()> told(std::weak_ptr<Owner> owner, boost::asio::any_io_executor home) const {
    return [owner = std::move(owner), home = std::move(home), due = due_] {
      if (due->exchange(true)) return;
      post_home(home, [owner] {
        if (auto const self = owner.lock()) self->pull();
      });
    };
  }
  void begin() { *due_ = false; }

 private:
  std::shared_ptr<std::atomic<bool>> due_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace sambung::serving
