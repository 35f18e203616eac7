// Redeeming an invitation: once, by the user whose address it is for. Signing up with one and accepting one do the
// same.
#pragma once

#include <sambung/records/invitation.hpp>

#include "services/base/engine_core.hpp"

#include <optional>
#include <string_view>

namespace sambung {

// The invitation of this secret, if it can be redeemed by `email` now: pending, not over, for that address, into an
// active tenant. Empty for everything else, without saying why.
task<std::optional<invitation>> find_redeemable(engine_core& core, std::string secret, std::string email);

// Adds to the batch that the invitation is used up; of several such batches one succeeds.
void redeem(batch& b, invitation const& found);

}  // namespace sambung
