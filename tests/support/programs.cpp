#include "support/programs.hpp"

#include <filesystem>

namespace sambung::tests {

std::string reference_server_program() { return SAMBUNG_REFERENCE_SERVER; }

std::string durable_scenario_program() { return SAMBUNG_DURABLE_SCENARIO; }

std::filesystem::path repository_folder() { return SAMBUNG_REPOSITORY; }

}  // namespace sambung::tests
