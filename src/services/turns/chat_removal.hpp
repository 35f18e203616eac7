// Removing a chat with everything in it, in bounded steps that a crash may interrupt.
#pragma once

#include <sambung/records/chat.hpp>

#include "services/base/engine_core.hpp"

namespace sambung {

// Erases what is part of a chat that is marked deleting, an application's own records of it too, then the chat.
task<void> erase_chat(engine_core& core, scope who, chat_id id);

// Takes up every removal that was cut off.
task<void> finish_removals(engine_core& core, scope who);

}  // namespace sambung
