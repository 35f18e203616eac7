// What a message may hold: of a user text, images and files, at least one of them.
#pragma once

#include <sambung/services/chats/chats.hpp>

#include <vector>

namespace sambung {

// Throws error: errc::invalid_argument with every fault, errc::payload_too_large over 1 MiB.
void check_parts(std::vector<part> const& parts);

// Throws error(errc::invalid_argument) with every fault of how a turn is asked for.
void check_options(send_options const& how);

// The same for messages that come from elsewhere; errc::payload_too_large also for more than fit together.
void check_appended(std::vector<appended_message> const& messages);

}  // namespace sambung
