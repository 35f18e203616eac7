// rewrap-keys: seals every provider key anew under the newest secret, so that an earlier one can be dropped.
#pragma once

#include "command.hpp"

namespace command_line {

command rewrap_keys_command();

}  // namespace command_line
