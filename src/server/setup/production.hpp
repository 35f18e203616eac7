// What may be in a laboratory, and not where strangers are.
#pragma once

#include "server/setup/variables.hpp"

#include <vector>

namespace sambung::setup {

// Adds an issue, with its reason, for each variable that makes a server in production unsafe.
void refuse_unsafe(draft const& read, environment const& env, std::vector<issue>& issues);

}  // namespace sambung::setup
