// What code of others threw, as a failure: the edge where exceptions of any type end.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>

#include <exception>

namespace sambung {

// Whether it says that the call was cancelled: whoever did that waits to see it.
SAMBUNG_API bool is_cancellation(std::exception_ptr const& thrown);

// An error's own failure; of anything else `otherwise`, with what() for private logs. What is told is storable text.
SAMBUNG_API failure failure_of(std::exception_ptr const& thrown, failure otherwise);

// Makes every text of the failure storable.
SAMBUNG_API void make_storable(failure& why);

}  // namespace sambung
