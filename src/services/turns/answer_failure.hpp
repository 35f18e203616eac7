// Why an answer did not come to its end, for whoever waited for the whole of it.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/records/message.hpp>

#include <optional>

namespace sambung {

// Empty when it did, and when its user stopped it.
SAMBUNG_API std::optional<failure> failure_of(message const& answer);

}  // namespace sambung
