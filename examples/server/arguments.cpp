#include "arguments.hpp"

namespace command_line {

std::optional<std::string> arguments::value(std::string const& option) const {
  auto const& found = values_[option];
  return found.empty() ? std::nullopt : std::optional(found.as<std::string>());
}

std::string arguments::required(std::string const& option) const {
  auto found = value(option);
  if (!found || found->empty()) throw usage_error("--" + option + " is missing");
  return std::move(*found);
}

}  // namespace command_line
