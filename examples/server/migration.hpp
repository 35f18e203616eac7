// migration: brings a database to this program's version.
#pragma once

#include "command.hpp"

namespace command_line {

command migrate_command();

}  // namespace command_line
