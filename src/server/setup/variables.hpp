// The variables of a server's own, each described once: variables.cpp is the one place to add another.
#pragma once

#include "open/variable_table.hpp"

#include <sambung/core/secret.hpp>
#include <sambung/server/setup/configuration.hpp>

namespace sambung::setup {

// A configuration while it is read, with what only makes sense together.
struct draft : configuration {
  std::optional<secret_string> secret;
  std::vector<secret_string> earlier_secrets;
  std::string certificate;
  std::string certificate_key;
};

using variable_table = opening::variable_table<draft>;

variable_table database_table();
variable_table server_table();
}  // namespace sambung::setup
