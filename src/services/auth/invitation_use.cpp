#include "services/auth/invitation_use.hpp"

#include <sambung/security/token.hpp>

#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"

namespace sambung {

task<std::optional<invitation>> usable_invitation(engine_core& core, std::string secret, std::string email) {
  if (!is_token(secret, invitation_prefix)) co_return std::nullopt;
  auto const invitations = system_records<invitation>(core);
  auto found = co_await invitations.first(invitations.where(&invitation::hash, token_hash(secret)));
  if (!found && found.error().code == errc::not_found) co_return std::nullopt;
  auto const& one = found.value();
  bool const usable =
      one.state == invitation_state::pending && one.expires_at > core.clock->now() && one.email == email;
  if (!usable) co_return std::nullopt;
  auto const home = co_await system_records<tenant>(core).get(one.tenant_id);
  if (!home && home.error().code != errc::not_found) throw error(home.error());
  if (!home || home->state != tenant_state::active) co_return std::nullopt;
  co_return std::move(*found);
}

void use_up(batch& b, invitation const& found) {
  b.add(update<invitation>(found.id)
            .set(&invitation::state, invitation_state::accepted)
            .set(&invitation::revision, found.revision + 1)
            .when(&invitation::state, invitation_state::pending));
  b.add(require_active(found.tenant_id));
}

}  // namespace sambung
