// vault_state: what an engine keeps to open provider keys.
#pragma once

#include <sambung/security/secret.hpp>

#include "services/vault/key_finder.hpp"

namespace sambung {

struct vault_state {
  vault_state(engine_core& core, secret_ring given) : secrets(std::move(given)), keys(core) {}

  secret_ring secrets;  // as given: without one nothing is sealed, it could not be opened after the process
  key_finder keys;
};

}  // namespace sambung
