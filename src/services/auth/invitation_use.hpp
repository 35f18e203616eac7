// invitation_use: an invitation is used once, by the user whose address it is for, to sign up or to join.
#pragma once

#include <sambung/records/invitation.hpp>

#include "services/base/engine_core.hpp"

#include <optional>
#include <string_view>

namespace sambung {

// The invitation of this secret, if `email` can use it now: pending, not over, for that address, into an
// active tenant. Empty for everything else, without saying why.
task<std::optional<invitation>> usable_invitation(engine_core& core, std::string secret, std::string email);

// Adds to the batch that the invitation is used up; of several such batches one succeeds.
void use_up(batch& b, invitation const& found);

}  // namespace sambung
