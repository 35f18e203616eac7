// Where the programs are that tests start.
#pragma once

#include <string>

namespace sambung::tests {

// Only their one .cpp is told, so that no other command line of a compiler names a path of this checkout.
std::string reference_server_program();
std::string durable_scenario_program();

}  // namespace sambung::tests
