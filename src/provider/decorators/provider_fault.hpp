// What a provider's failure says about the next step. Decided by failure::code and failure::status alone.
#pragma once

#include <sambung/core/error.hpp>

namespace sambung {

// The same call may succeed a moment later: the vendor was away, overloaded, or answered what is no answer. Not when a
// time limit of ours ran out: the caller has waited long enough.
bool worth_retrying(failure const& why);

// Another vendor or model may succeed: the failure is not about the request itself.
bool worth_another_candidate(failure const& why);

// The vendor is not well.
bool means_outage(failure const& why);

}  // namespace sambung
