#include "error_names.hpp"

#include <array>

namespace sambung::python {

std::string_view python_name(errc code) {
  static constexpr std::array<std::string_view, 16> names{
      "InvalidArgumentError",  "AuthenticationError",     "PermissionDeniedError", "NotFoundError",
      "ConflictError",         "AlreadyExistsError",      "RateLimitError",        "QuotaExceededError",
      "PayloadTooLargeError",  "UnsupportedError",        "ProviderError",         "UnavailableError",
      "DeadlineExceededError", "OperationCancelledError", "DataLossError",         "InternalError"};
  return names[static_cast<std::size_t>(code)];
}

}  // namespace sambung::python
