// backup: a whole database in one SQLite file, and back.
#pragma once

#include "command.hpp"

namespace command_line {

command backup_command();
command restore_command();

}  // namespace command_line
