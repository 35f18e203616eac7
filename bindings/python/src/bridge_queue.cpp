#include "bridge_queue.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

namespace sambung::python {

std::uint64_t next_ticket() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

bridge_queue::bridge_queue() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) throw error(errc::unavailable, "the process has no descriptor left");
}

bridge_queue::~bridge_queue() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int bridge_queue::descriptor() const {
  std::lock_guard lock(mutex_);
  return descriptor_;
}

void bridge_queue::ring() {
  std::uint64_t const one = 1;
  static_cast<void>(!::write(descriptor_, &one, sizeof(one)));  // fails only when it rings already
}

void bridge_queue::silence() {
  std::uint64_t count = 0;
  static_cast<void>(!::read(descriptor_, &count, sizeof(count)));
}

void bridge_queue::put(bridge_message message) {
  std::lock_guard lock(mutex_);
  if (descriptor_ < 0) return;
  waiting_.push_back(std::move(message));
  if (waiting_.size() == 1) ring();
}

std::vector<bridge_message> bridge_queue::take(std::size_t limit) {
  std::vector<bridge_message> taken;
  std::lock_guard lock(mutex_);
  auto const some = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, waiting_.size()));
  std::move(waiting_.begin(), some, std::back_inserter(taken));
  waiting_.erase(waiting_.begin(), some);
  if (waiting_.empty() && descriptor_ >= 0) silence();
  return taken;
}

bool bridge_queue::wait(std::chrono::milliseconds limit) {
  pollfd one{descriptor(), POLLIN, 0};
  return one.fd >= 0 && ::poll(&one, 1, static_cast<int>(limit.count())) > 0;
}

void bridge_queue::close() {
  std::deque<bridge_message> dropped;  // destroyed without the lock
  std::lock_guard lock(mutex_);
  dropped.swap(waiting_);
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

}  // namespace sambung::python
