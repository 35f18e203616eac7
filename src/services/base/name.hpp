// The names of tenants and users: any text in one line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sambung {

// Why `name` may not be one; empty when it may.
std::optional<std::string> name_fault(std::string_view name);

// Throws error(errc::invalid_argument) with the issue "name".
void check_name(std::string_view name);

}  // namespace sambung
