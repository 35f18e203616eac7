// turn_sweep: finds the turns that nobody runs any more, and settles them.
#pragma once

#include <sambung/core/task.hpp>
#include <sambung/records/active_turn.hpp>
#include <sambung/storage/scope.hpp>

namespace sambung {

class engine_core;

// What to do about removals of chats that a crash cut off: at start they are taken up.
enum class broken_removals { leave, resume };

// Settles every turn that is lost. Throws errc::unavailable: storage.
task<void> sweep_turns(engine_core& core, broken_removals with);

// Settles one: what was flushed becomes the message's parts and is billed, its state incomplete("server_lost").
// Whether it was this call that did.
task<bool> settle_lost(engine_core& core, scope who, active_turn const& lost);

}  // namespace sambung
