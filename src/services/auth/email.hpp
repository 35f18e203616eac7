// Addresses of accounts: core/email_address.hpp, and who has one.
#pragma once

#include "core/email_address.hpp"

#include <sambung/core/task.hpp>
#include <sambung/records/user.hpp>

#include <optional>
#include <string>

namespace sambung {

class engine_core;

// parse_email(); throws error(errc::invalid_argument), issue "email".
std::string normal_email(std::string_view typed);

// Whose address that is. Asks storage the same whether or not there is somebody.
task<std::optional<user>> user_at(engine_core const& core, std::string typed);

}  // namespace sambung
