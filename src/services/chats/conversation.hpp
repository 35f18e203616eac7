// What a client that holds a whole conversation adds to a chat, which holds its own.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/provider/completion.hpp>

#include <vector>

namespace sambung {

// The parts of the last message of the user. Throws error(errc::invalid_argument) when there is none.
SAMBUNG_API std::vector<part> last_user_message(std::vector<prompt_message> conversation);

}  // namespace sambung
