// page_files: the files of the page that is built into this program.
#pragma once

#include <sambung/server/static_files.hpp>

#include <span>

namespace command_line {

std::span<sambung::static_file const> built_page();

}  // namespace command_line
