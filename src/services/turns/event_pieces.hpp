// event_pieces: a long delta as several, so that no event of a turn is more than a reader takes at once.
#pragma once

#include <sambung/services/turns/turns.hpp>

#include <vector>

namespace sambung {

// The most text that one delta of a turn has.
inline constexpr std::size_t max_delta_bytes = 16'384;

// How much of `text` makes one; all of it when it is short.
std::size_t piece_size(std::string_view text);

// Deltas that together say the same; the delta itself when it is short. What a vendor adds comes with the last.
std::vector<turn_event> in_pieces(turn_event delta);

}  // namespace sambung
