// Why an answer did not come to its end, for whoever waited for it.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/records/message.hpp>

#include <optional>
#include <string>

namespace sambung {

// Empty when it did, and when its user stopped it. `said`: what may be shown of the reason.
SAMBUNG_API std::optional<failure> failure_of(answer_end const& end, std::optional<std::string> said);
SAMBUNG_API std::optional<failure> failure_of(message const& answer);

}  // namespace sambung
