// help: what the program can be told, on the command line and by variables.
#pragma once

#include "command.hpp"

#include <ostream>

namespace command_line {

void print_help(std::ostream& out, std::vector<command> const& commands);

// As a table in Markdown: that of docs/reference/command-line.md.
void print_variables(std::ostream& out);

}  // namespace command_line
