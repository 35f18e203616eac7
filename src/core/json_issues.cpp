#include "core/json_issues.hpp"

#include "core/text.hpp"

namespace sambung {
namespace {

constexpr std::size_t max_path_bytes = 256;

}  // namespace

std::string told_path(std::string_view path) {
  if (path.size() <= max_path_bytes) return std::string(path);
  return std::string(path.substr(0, whole_characters(path, max_path_bytes))) + "...";
}

failure invalid_json(std::vector<issue> issues) {
  std::string message = "invalid input";
  if (!issues.empty()) {
    auto const& first = issues.front();
    message += ": " + (first.path.empty() ? std::string() : first.path + ": ") + first.message;
    if (issues.size() > 1) message += " (and " + std::to_string(issues.size() - 1) + " more)";
  }
  return failure(errc::invalid_argument, std::move(message), std::move(issues));
}

}  // namespace sambung
