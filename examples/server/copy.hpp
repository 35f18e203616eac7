// copy: moves a whole database to another.
#pragma once

#include "command.hpp"

#include <sambung/storage/copy.hpp>

#include <memory>

namespace command_line {

command copy_command();

// Copies Sambung's tables with progress on stderr, until a signal. Throws sambung::error.
sambung::copy_report copy_visibly(sambung::storage& from, sambung::storage& to, sambung::copy_target target);

}  // namespace command_line
