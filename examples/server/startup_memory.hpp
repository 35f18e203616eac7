// What a process needed to start and needs no more.
#pragma once

namespace command_line {

// Lets go of the pages of code and constants that starting has read, and of what the allocator kept: half of what an
// idle server has otherwise. What is needed again is mapped again as it is reached.
void give_startup_memory_back();

}  // namespace command_line
