// bootstrap: what a new database needs before anybody can sign in.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/engine/engine.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace sambung {

struct bootstrap_options {
  bootstrap_options() = default;

  std::string tenant_name = "default";
  std::string email = "owner@localhost";
  std::string token_name = "first";
  std::optional<std::chrono::seconds> token_lifetime;  // none: until it is revoked
};
SAMBUNG_DESCRIBE_STRUCT(bootstrap_options, (), (tenant_name, email, token_name, token_lifetime))
SAMBUNG_API record_description describe_record(record_of<bootstrap_options>);

// Makes sure that there is a tenant, its owner, and an API token of theirs. Gives the token when it had to be made: it
// is shown now or never, only its hash is stored. Interrupted, it goes on where it stopped; two processes that do it at
// once on a new database may make one token each. Throws sambung::error.
SAMBUNG_API task<std::optional<issued_token>> bootstrap(engine& of, bootstrap_options options = bootstrap_options());

// The same, but the token goes into `file`, a line that only its owner may read, and nowhere else. Whether one was
// made. Throws error(errc::already_exists) when there is something at `file` and a token has to be made, and
// error(errc::unavailable) when it cannot be written; then there is no token.
SAMBUNG_API task<bool> bootstrap_into(std::string file, engine& of, bootstrap_options options = bootstrap_options());

}  // namespace sambung
