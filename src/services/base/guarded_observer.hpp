// guarded_observer: tells an application's observer, whatever that does.
#pragma once

#include <sambung/services/base/observer.hpp>

#include <memory>

namespace sambung {

// Throws nothing. Thread safety: safe to use from any thread.
class guarded_observer final : public observer {
 public:
  // `to` may be null: nobody is told.
  explicit guarded_observer(std::shared_ptr<observer> to) : to_(std::move(to)) {}

  void failed(failed_part const& what) override {
    tell([&] { to_->failed(what); });
  }
  void turn_ended(ended_turn const& turn) override {
    tell([&] { to_->turn_ended(turn); });
  }
  void storage_away(storage_side side, failure const& why) override {
    tell([&] { to_->storage_away(side, why); });
  }
  void storage_back(storage_side side) override {
    tell([&] { to_->storage_back(side); });
  }
  void damaged(damaged_row const& row) override {
    tell([&] { to_->damaged(row); });
  }
  void swept(sweep_outcome const& outcome) override {
    tell([&] { to_->swept(outcome); });
  }
  void refused(engine_queue queue, failure const& why) override {
    tell([&] { to_->refused(queue, why); });
  }
  void slow(slow_query const& what) override {
    tell([&] { to_->slow(what); });
  }

 private:
  // The observer is who would be told of an exception.
  template <class F>
  void tell(F&& f) const noexcept {
    if (!to_) return;
    try {
      f();
    } catch (...) {
    }
  }

  std::shared_ptr<observer> const to_;
};

}  // namespace sambung
