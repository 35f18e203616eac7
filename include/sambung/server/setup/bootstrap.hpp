// bootstrap: what a new database needs before anybody can sign in.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/engine/engine.hpp>

#include <optional>
#include <string>

namespace sambung {

struct bootstrap_options {
  bootstrap_options() = default;

  std::string tenant_name = "default";
  std::string email = "owner@localhost";
  std::string token_name = "first";
};

// Makes sure that there is a tenant, its owner, and an API token of theirs. Gives the token when it had to be made: it
// is shown now or never, only its hash is stored. Interrupted, it goes on where it stopped; two processes that do it at
// once on a new database may make one token each. Throws sambung::error.
SAMBUNG_API task<std::optional<issued_token>> bootstrap(engine& of, bootstrap_options options = bootstrap_options());

}  // namespace sambung
