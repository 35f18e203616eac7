// /streams behind the front door: what a read of a turn needs of the server, and what is looked at when it has waited.
#pragma once

#include "server/admission.hpp"
#include "server/caller_check.hpp"

#include <sambung/server/options.hpp>

#include <string_view>

namespace sambung::serving {

// The answer to a read of a turn. Throws sambung::error: what the carrier throws, and errc::unauthenticated when the
// caller's authority ended meanwhile. Lifetime: the references outlive the call.
task<http_response> read_turn(caller_check& callers, server_limits const& limits, admission const& admitted,
                              request_head const& head, std::string_view request_id, timestamp now);

}  // namespace sambung::serving
