// The three descriptors that a process is given, and may have been given closed.
#pragma once

namespace command_line {

// Opens /dev/null where one is closed: the next file or client that is opened would take its place, and what is said
// there would be written to it. Nobody who stops reading ends this process.
void keep_standard_streams();

}  // namespace command_line
