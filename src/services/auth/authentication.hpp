// authentication: what a credential proves, asked of storage.
#pragma once

#include <sambung/core/task.hpp>
#include <sambung/security/principal.hpp>

#include "services/auth/authority_cache.hpp"

#include <optional>
#include <string_view>

namespace sambung {

class engine_core;

// The one answer to whatever proves nothing: errc::unauthenticated.
failure not_proven();

// See auth::authenticate(). `credential` must stay until it completes.
task<known_authority> authority_of(engine_core& core, std::string_view credential, std::optional<tenant_id> wanted);

// See auth::check_standing().
task<void> demand_standing(engine_core& core, identity const& who);

// See auth::still_valid().
task<bool> is_still_valid(engine_core& core, identity const& who);

}  // namespace sambung
