#include <sambung/services/auth.hpp>

#include <sambung/records/api_token.hpp>
#include <sambung/security/token.hpp>

#include "core/sha256.hpp"
#include "services/engine_core.hpp"
#include "services/token_cache.hpp"
#include "storage/scope_access.hpp"

namespace sambung {

auth::auth(std::shared_ptr<engine_core> core) : core_(std::move(core)) {}

task<identity> auth::authenticate(std::string_view secret, std::optional<tenant_id>) {
  failure const unknown(errc::unauthenticated, "a valid API token is required");
  if (!secret.starts_with(api_token_prefix) || secret.size() != api_token_prefix.size() + 43) throw error(unknown);
  auto hash = sha256_hex(secret);
  auto const now = core_->clock->now();
  if (auto known = core_->tokens->find(hash, now)) co_return *known;

  auto tokens = core_->records<api_token>(scope_access::system());
  auto const token = co_await tokens.first(tokens.where(&api_token::hash, hash));
  if (!token) throw error(token.error().code == errc::not_found ? unknown : token.error());
  auto places = core_->records<membership>(scope_access::system());
  query q = places.where(&membership::user_id, token->user_id);
  q = std::move(q).where(where(&membership::tenant_id, token->tenant_id));
  auto const place = co_await places.first(std::move(q));
  if (!place) throw error(place.error().code == errc::not_found ? unknown : place.error());
  identity const who(token->user_id, authentication::api_token, tenant_place(token->tenant_id, place->role),
                     parse_permissions(token->scopes).value_or(permission_set()));
  core_->tokens->keep(std::move(hash), who, now);
  co_return who;
}

}  // namespace sambung
