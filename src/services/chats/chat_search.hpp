// Searching a user's chats: by their titles first, then by what was said in them.
#pragma once

#include <sambung/core/page.hpp>

#include "services/turns/chat_access.hpp"

namespace sambung {

// Chats whose title has every word, newest first; behind them those with a message that has, the newest message first.
// Throws error(errc::invalid_argument) for a cursor of another list, storage's failures.
task<page<chat>> find_chats(chat_access const& access, std::string const& text, page_request which);

}  // namespace sambung
