// invitation_use: an invitation is used once, by the user whose address it is for, to sign up or to join; and it is
// worth what its maker may still do.
#pragma once

#include <sambung/records/invitation.hpp>

#include "services/base/engine_core.hpp"

#include <optional>
#include <string_view>

namespace sambung {

// Whether somebody in this place may invite in this role.
bool may_invite(membership const& place, member_role as);

// The invitation of this secret, if `email` can use it now: pending, not over, for that address, into an active tenant.
// Empty for everything else, without saying why.
task<std::optional<invitation>> usable_invitation(engine_core& core, std::string secret, std::string email);

// A batch that uses the invitation up: of several such batches one succeeds, and none once its maker may not make it
// any more. Empty: that is so already.
task<std::optional<batch>> use_of(engine_core& core, invitation const& found);

// Adds to a batch that changes what a member may do: the end of the invitations that they may not make in `after`.
task<void> add_ends_of_made(engine_core& core, membership after, batch& b);

// Adds to a batch that ends a membership: the end of the invitations that the member made, and of those to them.
task<void> add_ends_with(engine_core& core, membership ended, batch& b);

// The pending ones to an address, newest first.
task<std::vector<invitation>> pending_for(engine_core& core, tenant_id home, std::string email);

// That a pending one ends.
change revoked(invitation const& one);

// What whoever adds to a tenant's invitations claims: see claim_of().
std::string invitations_of(tenant_id home);

}  // namespace sambung
