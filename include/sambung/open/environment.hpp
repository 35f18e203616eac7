// environment: the variables that a program is told things by.
#pragma once

#include <sambung/core/export.hpp>

#include <functional>
#include <optional>
#include <string>

namespace sambung {

// Looks up one environment variable. Empty and unset are the same: none.
using environment = std::function<std::optional<std::string>(std::string const& name)>;
SAMBUNG_API environment process_environment();

// Whether others may see a value.
enum class sensitivity { open, secret };

// One variable, as somebody who sets it needs to know it. The texts are Markdown without links.
struct environment_variable {
  environment_variable() = default;

  std::string name;        // "SAMBUNG_PORT"
  std::string alias;       // read where the first is not set: "DATABASE_URL"; empty: none
  std::string form;        // what its value must be, without Markdown: "a number from 0 to 65535"
  std::string by_default;  // "8787"; "none"
  std::string meaning;     // "the port to listen on"
  sensitivity seen = sensitivity::open;
};

}  // namespace sambung
