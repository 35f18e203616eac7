// Pages of a chat's path, which several lists are made of.
#pragma once

#include <sambung/core/page.hpp>

#include "services/turns/chat_access.hpp"
#include "services/turns/message_path.hpp"

namespace sambung {

// Where the path from `leaf` begins, or from the head. Throws error(errc::not_found) for a message of another chat.
task<path_start> path_from(chat_access const& access, chat const& home, std::optional<message_id> leaf);

// Up to so many messages, newest first; it also ends behind the one with which it has `max_bytes` of content. The
// cursor is the id of the next.
task<page<message>> page_of_path(chat_access const& access, path_start start, std::size_t limit, std::size_t max_bytes);

}  // namespace sambung
