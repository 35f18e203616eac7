#include "core/blocking_pool.hpp"

namespace sambung {

blocking_pool::blocking_pool(std::size_t threads, std::size_t max_queued) : max_queued_(max_queued) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this, i] { work(i); });
}

blocking_pool::~blocking_pool() { finish(); }

void blocking_pool::finish() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void blocking_pool::refuse_queued_before(std::chrono::steady_clock::time_point moment, failure const& why) {
  std::vector<job*> late;
  {
    std::lock_guard lock(mutex_);
    while (!queue_.empty() && queue_.front()->since < moment) {
      late.push_back(queue_.front());
      queue_.pop_front();
    }
  }
  for (auto* const one : late) one->refuse(why);
}

std::size_t blocking_pool::waiting() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

void blocking_pool::tell_waits(wait_listener to) {
  auto const told = std::make_shared<wait_listener const>(std::move(to));
  std::lock_guard lock(mutex_);
  waits_ = told;
}

bool blocking_pool::push(job& one) {
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= max_queued_) return false;
    queue_.push_back(&one);
  }
  wake_.notify_one();
  return true;
}

void blocking_pool::enqueue(job& one) {
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(&one);
  }
  wake_.notify_one();
}

void blocking_pool::work(std::size_t worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto* const one = queue_.front();
    queue_.pop_front();
    auto const told = waits_;
    lock.unlock();
    if (told) (*told)(std::chrono::steady_clock::now() - one->since);
    one->run(worker);
    lock.lock();
  }
}

}  // namespace sambung
