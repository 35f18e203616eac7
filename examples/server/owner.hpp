// create-owner: somebody who may sign in with a password and owns the first tenant.
#pragma once

#include "command.hpp"

namespace command_line {

command create_owner_command();

}  // namespace command_line
