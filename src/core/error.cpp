#include <sambung/core/error.hpp>

#include <array>
#include <utility>

namespace sambung {
namespace {

constexpr std::array table{
    errc_info{errc::invalid_argument, "invalid_argument", 400, "BAD_REQUEST", "invalid_request_error",
              "InvalidArgumentError"},
    errc_info{errc::unauthenticated, "unauthenticated", 401, "UNAUTHORIZED", "authentication_error",
              "AuthenticationError"},
    errc_info{errc::permission_denied, "permission_denied", 403, "FORBIDDEN", "permission_error",
              "PermissionDeniedError"},
    errc_info{errc::not_found, "not_found", 404, "NOT_FOUND", "not_found_error", "NotFoundError"},
    errc_info{errc::conflict, "conflict", 409, "CONFLICT", "invalid_request_error", "ConflictError"},
    errc_info{errc::already_exists, "already_exists", 409, "CONFLICT", "invalid_request_error", "AlreadyExistsError"},
    errc_info{errc::rate_limited, "rate_limited", 429, "TOO_MANY_REQUESTS", "rate_limit_error", "RateLimitError"},
    errc_info{errc::quota_exceeded, "quota_exceeded", 429, "TOO_MANY_REQUESTS", "rate_limit_error",
              "QuotaExceededError"},
    errc_info{errc::payload_too_large, "payload_too_large", 413, "PAYLOAD_TOO_LARGE", "invalid_request_error",
              "PayloadTooLargeError"},
    errc_info{errc::unsupported, "unsupported", 501, "NOT_IMPLEMENTED", "invalid_request_error", "UnsupportedError"},
    errc_info{errc::provider_error, "provider_error", 502, "BAD_GATEWAY", "api_error", "ProviderError"},
    errc_info{errc::unavailable, "unavailable", 503, "SERVICE_UNAVAILABLE", "api_error", "UnavailableError"},
    errc_info{errc::deadline_exceeded, "deadline_exceeded", 504, "GATEWAY_TIMEOUT", "api_error",
              "DeadlineExceededError"},
    errc_info{errc::cancelled, "cancelled", 499, "CLIENT_CLOSED_REQUEST", "api_error", "OperationCancelledError"},
    errc_info{errc::data_loss, "data_loss", 500, "INTERNAL_SERVER_ERROR", "server_error", "DataLossError"},
    errc_info{errc::internal, "internal", 500, "INTERNAL_SERVER_ERROR", "server_error", "InternalError"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (static_cast<std::size_t>(table[i].code) != i) return false;
  return table.size() == static_cast<std::size_t>(errc::internal) + 1;
}
static_assert(in_order());

}  // namespace

failure::failure() : failure(errc::internal, "internal error") {}
failure::failure(errc code_, std::string message_) : code(code_), message(std::move(message_)) {}
failure::failure(errc code_, std::string message_, std::vector<issue> issues_)
    : code(code_), message(std::move(message_)), issues(std::move(issues_)) {}

error::error(failure why) : why_(std::move(why)) {}
error::error(errc code, std::string message) : why_(code, std::move(message)) {}
char const* error::what() const noexcept { return why_.message.c_str(); }

errc_info const& info(errc code) noexcept { return table[static_cast<std::size_t>(code)]; }

std::span<errc_info const> errc_table() noexcept { return table; }

std::string_view to_string(errc code) noexcept { return info(code).name; }

void throw_exception_from_error(failure const& why, boost::source_location const&) { throw error(why); }

}  // namespace sambung
