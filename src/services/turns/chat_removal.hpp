// Removing a chat with everything in it, in bounded steps that a crash may interrupt.
#pragma once

#include <sambung/records/chat.hpp>

#include "services/base/engine_core.hpp"

namespace sambung {

// Erases the messages, pieces, decisions and lease of a chat that is marked deleting, then the chat; gives how many
// messages.
task<std::int64_t> erase_chat(engine_core& core, scope who, chat_id id);

// Takes up every removal that was cut off.
task<void> finish_removals(engine_core& core, scope who);

}  // namespace sambung
