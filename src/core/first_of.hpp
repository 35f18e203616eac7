// first_of: a race of two operations. One function for all: every pair of types that Asio's operator|| is used with is
// some 15 KiB of code of its own.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/task.hpp>

namespace sambung {

// Completes once one of both has, and has cancelled the other, which has ended then. Who throws has not come first;
// when both do, it throws what `one` threw. Whether that was `one`.
SAMBUNG_API task<bool> first_of(task<bool> one, task<void> other);
SAMBUNG_API task<bool> first_of(task<void> one, task<void> other);

}  // namespace sambung
