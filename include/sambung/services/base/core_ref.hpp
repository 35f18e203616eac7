// core_ref: how the handles of an engine, such as chats, hold it.
#pragma once

#include <memory>
#include <utility>

namespace sambung {

class engine_core;  // what services share; see src/services/base/engine_core.hpp

namespace detail {

// A shared_ptr that is copied where it would be moved: a handle that was moved from is what it was before.
class core_ref {
 public:
  core_ref(std::shared_ptr<engine_core> core) noexcept : core_(std::move(core)) {}
  core_ref(core_ref const&) = default;
  core_ref& operator=(core_ref const&) = default;

  operator std::shared_ptr<engine_core> const&() const noexcept { return core_; }
  engine_core& operator*() const noexcept { return *core_; }
  engine_core* operator->() const noexcept { return core_.get(); }

 private:
  std::shared_ptr<engine_core> core_;
};

}  // namespace detail
}  // namespace sambung
