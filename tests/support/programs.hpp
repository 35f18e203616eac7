// Where the programs are that tests start, and the pages that they are held against.
#pragma once

#include <filesystem>
#include <string>

namespace sambung::tests {

// Only their one .cpp is told, so that no other command line of a compiler names a path of this checkout.
std::string reference_server_program();
std::string durable_scenario_program();
std::filesystem::path repository_folder();

}  // namespace sambung::tests
