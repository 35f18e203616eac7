// Errors: one closed set of codes, one failure value, one exception.
//
// Ports return result<T>; services, workspace and engine throw error. Both carry the same failure, and every edge
// (HTTP status, oRPC code, OpenAI error type) reads how to show it from the one table in error.cpp.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>

#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

enum class errc {
  invalid_argument,   // the input is wrong; failure::issues says where
  unauthenticated,    // who is calling is not known
  permission_denied,  // known, and not allowed
  not_found,          // absent, or another tenant's: the two cannot be told apart
  conflict,           // a condition on the present state failed: stale revision, a turn already running
  already_exists,     // a row with that key or unique value is there
  rate_limited,       // too many requests; failure::retry_after may say when to come back
  quota_exceeded,     // a budget is used up
  payload_too_large,  // over a size limit
  unsupported,        // understood, but not offered here
  provider_error,     // the model vendor answered with something unusable
  unavailable,        // a dependency or a bounded queue cannot take the call now; repeating it later may work
  deadline_exceeded,  // a time limit ran out
  cancelled,          // stopped on request
  data_loss,          // stored data is damaged or missing
  internal,           // a defect in Sambung
};
SAMBUNG_DESCRIBE_ENUM(errc, invalid_argument, unauthenticated, permission_denied, not_found, conflict, already_exists,
                      rate_limited, quota_exceeded, payload_too_large, unsupported, provider_error, unavailable,
                      deadline_exceeded, cancelled, data_loss, internal)

// One thing wrong with an input. `path` is a JSON path without the root: "title", "messages[2].role"; empty for the
// input as a whole.
struct issue {
  std::string path;
  std::string message;
  friend bool operator==(issue const&, issue const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(issue, (), (path, message))

// What a model vendor's error says in words for programs, fit to be shown; empty where it says nothing.
struct vendor_words {
  std::string type;   // "invalid_request_error"
  std::string code;   // "context_length_exceeded"
  std::string param;  // "messages"
  friend bool operator==(vendor_words const&, vendor_words const&) = default;
};

// Why an operation did not succeed.
struct failure {
  SAMBUNG_API failure();
  SAMBUNG_API failure(errc code_, std::string message_);
  SAMBUNG_API failure(errc code_, std::string message_, std::vector<issue> issues_);

  errc code;
  std::string message;                                   // safe to show to any caller
  int status = 0;                                        // the upstream's HTTP status; 0 when there was none
  std::optional<std::chrono::milliseconds> retry_after;  // when the upstream or a limiter named a time
  std::string request_id;                                // the upstream's request id, for its support desk
  vendor_words vendor;                                   // the upstream's own words
  std::vector<issue> issues;                             // every fault found in the input, not just the first
  std::string sensitive;                                 // provider bodies and the like: for private logs only

  friend bool operator==(failure const&, failure const&) = default;
};

// A value, or why there is none: boost::system::result, which nobody ignores by accident.
template <class T>
class [[nodiscard]] result : public boost::system::result<T, failure> {
 public:
  using boost::system::result<T, failure>::result;
};

// What services, workspace and engine throw. what() is failure::message.
class SAMBUNG_API error : public std::exception {
 public:
  explicit error(failure why);
  error(errc code, std::string message);

  errc code() const noexcept { return why_.code; }
  failure const& why() const noexcept { return why_; }
  char const* what() const noexcept override;

 private:
  failure why_;
};

// How one errc looks at each edge.
struct errc_info {
  errc code;
  std::string_view name;         // "not_found"
  int http_status;               // 404
  std::string_view orpc_code;    // "NOT_FOUND"
  std::string_view openai_type;  // "not_found_error"
  // "NotFoundError": its class in languages that tell errors apart by classes. Of errc::cancelled it is
  // "OperationCancelledError", as asyncio and concurrent.futures have taken the other name.
  std::string_view class_name;
};

// The row of the mapping table for `code`. Total over errc.
SAMBUNG_API errc_info const& info(errc code) noexcept;

// The whole table, in the order of errc.
SAMBUNG_API std::span<errc_info const> errc_table() noexcept;

// The name of `code`, e.g. "not_found".
SAMBUNG_API std::string_view to_string(errc code) noexcept;

// Found by boost::system::result::value(): throws error(why).
[[noreturn]] SAMBUNG_API void throw_exception_from_error(failure const& why, boost::source_location const&);

}  // namespace sambung
