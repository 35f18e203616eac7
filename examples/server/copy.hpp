// copy: moves a whole database to another.
#pragma once

#include "command.hpp"

namespace command_line {

command copy_command();

}  // namespace command_line
