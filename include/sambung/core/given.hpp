// given: an operation that a function of an application's returned.
#pragma once

#include <sambung/core/task.hpp>

#include <utility>

namespace sambung::detail {

// For co_await, which an empty operation, as `return {};` makes it where `co_return` was meant, would crash. Throws
// error(errc::internal) for that.
template <class T>
task<T> given(task<T> operation) {
  if (!operation.valid()) throw error(errc::internal, "a function returned no operation");
  return operation;
}

}  // namespace sambung::detail
