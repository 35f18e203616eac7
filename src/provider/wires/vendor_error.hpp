// What a vendor's refusal means: HTTP status, headers and error body become one failure. Pure.
#pragma once

#include "provider/wires/scrubbing.hpp"

#include <sambung/core/error.hpp>
#include <sambung/core/time.hpp>

#include <boost/json/value.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sambung {

using header_view = std::span<std::pair<std::string, std::string> const>;

// The value of the first header of that name, in any case; empty if there is none.
std::string_view find_header(header_view headers, std::string_view lower_case_name);

// The longest wait that is believed; a longer one is cut to it.
inline constexpr std::chrono::milliseconds max_retry_after = std::chrono::hours(24);

// From retry-after-ms, or retry-after in seconds (also fractions) or as an HTTP date (RFC 9110, 10.2.3). Empty when it
// is absent or garbage; 0 for a moment that has passed.
std::optional<std::chrono::milliseconds> retry_after_of(header_view headers, timestamp now);

// The vendor's name for a call, for its support desk; fit to be shown, empty if it gave none.
std::string request_id_of(header_view headers, std::string_view secret);

// A response other than 2xx. failure::sensitive keeps the body without `secret`.
failure vendor_failure(int status, header_view headers, std::string_view body, std::string_view secret, timestamp now);

// The value of an `error` member inside of a 2xx: object, string, or anything else. `raw` goes to failure::sensitive.
failure vendor_failure(boost::json::value const& error, std::string_view raw, std::string_view secret);

// The error in a JSON body, wherever vendors put it: {"error":...}, [{"error":...}], {"object":"error",...}. Null when
// there is none. The pointer lives in `body`.
boost::json::value const* error_in(boost::json::value const& body);

// A 2xx response that is no answer.
failure not_an_answer(std::string message, std::string_view body, std::string_view secret);

}  // namespace sambung
