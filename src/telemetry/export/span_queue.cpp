#include "telemetry/export/span_queue.hpp"

#include <algorithm>
#include <utility>

namespace sambung::otlp {

span_queue::span_queue(otlp_options const& options, counter dropped_total)
    : max_spans_(options.max_queued_spans),
      max_bytes_(options.max_queued_bytes),
      max_batch_(options.max_batch_spans),
      dropped_total_(dropped_total) {}

span_queue::demand span_queue::add(ended_span span) {
  std::unique_lock lock(mutex_);
  auto const size = span.size();
  if (closed_ || spans_.size() >= max_spans_ || bytes_ + size > max_bytes_) {
    lock.unlock();
    drop(1);
    return demand::none;
  }
  spans_.push_back(std::move(span));
  bytes_ += size;
  if (!std::exchange(started_, true)) return demand::start;
  return spans_.size() == max_batch_ ? demand::hurry : demand::none;
}

std::vector<ended_span> span_queue::take() {
  std::lock_guard const lock(mutex_);
  std::vector<ended_span> batch;
  batch.reserve(std::min(spans_.size(), max_batch_));
  while (!spans_.empty() && batch.size() < max_batch_) {
    bytes_ -= spans_.front().size();
    batch.push_back(std::move(spans_.front()));
    spans_.pop_front();
  }
  on_the_way_ = batch.size();
  return batch;
}

void span_queue::ended(std::uint64_t lost) {
  {
    std::lock_guard const lock(mutex_);
    lost = std::min(lost, std::exchange(on_the_way_, 0));  // they may be abandoned already
  }
  drop(lost);
}

bool span_queue::ready() const {
  std::lock_guard const lock(mutex_);
  return closed_ || spans_.size() >= max_batch_;
}

bool span_queue::idle() {
  std::lock_guard const lock(mutex_);
  if (spans_.empty()) started_ = false;
  return !started_;
}

void span_queue::close() {
  std::lock_guard const lock(mutex_);
  closed_ = true;
}

bool span_queue::closed() const {
  std::lock_guard const lock(mutex_);
  return closed_;
}

std::uint64_t span_queue::abandon() {
  std::uint64_t lost = 0;
  {
    std::lock_guard const lock(mutex_);
    lost = spans_.size() + std::exchange(on_the_way_, 0);
    spans_.clear();
    bytes_ = 0;
    started_ = false;
  }
  drop(lost);
  return lost;
}

void span_queue::drop(std::uint64_t spans) {
  if (spans == 0) return;
  dropped_total_.add(spans);
  std::lock_guard const lock(mutex_);
  dropped_ += spans;
}

std::uint64_t span_queue::dropped() const {
  std::lock_guard const lock(mutex_);
  return dropped_;
}

}  // namespace sambung::otlp
