// page: what browsers are given.
#pragma once

#include <sambung/server/setup/configuration.hpp>
#include <sambung/server/static_files.hpp>

#include <optional>

namespace command_line {

// The one of this program, or that of the folder in SAMBUNG_WEB; none with "off". Throws sambung::error.
std::optional<sambung::static_files> page_for(sambung::configuration const& config);

// Whether that is one to talk to a model with: without Node.js this program was built with one that says so.
bool has_page(sambung::configuration const& config);

}  // namespace command_line
