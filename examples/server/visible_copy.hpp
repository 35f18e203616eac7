// visible_copy: what copy, backup and restore have in common.
#pragma once

#include <sambung/storage/copy.hpp>

namespace command_line {

// Copies Sambung's tables with progress on stderr, until a signal. Throws sambung::error.
sambung::copy_report copy_visibly(sambung::storage& from, sambung::storage& to, sambung::copy_target target);

}  // namespace command_line
