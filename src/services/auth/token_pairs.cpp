#include <sambung/records/refresh_token.hpp>
#include <sambung/security/token.hpp>
#include <sambung/services/auth/auth.hpp>

#include "services/auth/active_membership.hpp"
#include "services/auth/auth_state.hpp"
#include "services/auth/authentication.hpp"
#include "services/auth/sessions.hpp"
#include "services/base/access.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"

namespace sambung {
namespace {

struct new_refresh_token {
  refresh_token record;
  secret_string token;
};

new_refresh_token make_refresh_token(engine_core const& core, session_id home) {
  new_refresh_token made;
  made.token = make_token(refresh_token_prefix, *core.random);
  made.record.id = core.ids->next<refresh_token_id>();
  made.record.session_id = home;
  made.record.hash = token_hash(made.token.view());
  made.record.created_at = core.clock->now();
  made.record.expires_at = made.record.created_at + core.auth->options.refresh_token_lifetime;
  return made;
}

void demand_signing_key(jwt_policy const& policy) {
  if (!policy.keys.front().may_sign()) throw error(errc::unsupported, "no tokens are issued here");
}

secret_string access_token(engine_core const& core, session const& home, std::optional<tenant_place> const& place) {
  auto const& policy = core.auth->options.jwt;
  jwt_claims claims;
  claims.issuer = policy.issuer;
  claims.audience = policy.audience;
  claims.subject = home.user_id;
  claims.id = to_string(core.ids->next());
  claims.issued_at = core.clock->now();
  claims.expires_at = claims.issued_at + core.auth->options.access_token_lifetime;
  claims.session = home.id.value;
  if (place) claims.tenant = place->tenant;
  return sign_jwt(claims, policy);
}

token_pair make_pair(engine_core const& core, session const& home, std::optional<tenant_place> const& place,
                     secret_string refresh) {
  auto const expires_at = core.clock->now() + core.auth->options.access_token_lifetime;
  return token_pair(access_token(core, home, place), std::move(refresh), expires_at);
}

// The session, while its user may use it.
task<session> usable_session(engine_core const& core, session_id id) {
  auto const found = co_await live_session(core, id);
  if (!found) throw error(not_proven());
  bool const active = co_await is_active(core, found->user_id);
  if (!active) throw error(not_proven());
  co_return *found;
}

task<std::optional<tenant_place>> place_of(engine_core const& core, session const& home) {
  if (!home.tenant_id) co_return std::nullopt;
  co_return co_await active_membership(core, home.user_id, *home.tenant_id);
}

task<std::optional<refresh_token>> find_refresh_token(engine_core const& core, std::string_view token) {
  if (!is_token(token, refresh_token_prefix)) co_return std::nullopt;
  auto const records = system_records<refresh_token>(core);
  auto stored = co_await records.first(records.where(&refresh_token::hash, token_hash(token)));
  co_return if_found(std::move(stored));
}

// A token that was used before is in the wrong hands, or its successor is.
task<void> end_replayed(engine_core& core, session_id id, request_origin from) {
  auto const home = co_await live_session(core, id);
  if (home) co_await end_session(core, id, entry_of(core, *home, "auth.refreshReplayed", std::move(from)));
  throw error(not_proven());
}

enum class exchange_outcome { done, was_used, was_overtaken };

// Makes `used` worthless and `next` worth something, once. Throws what storage fails with.
task<exchange_outcome> exchange(engine_core const& core, refresh_token const& used, refresh_token const& next,
                                session const& home) {
  batch b;
  auto const use = b.put(update<refresh_token>(used.id)
                             .set(&refresh_token::state, refresh_token_state::used)
                             .when(&refresh_token::state, refresh_token_state::fresh));
  b.add(require<session>(home.id));
  b.add(require_active(home.user_id));
  b.add(insert(next));
  auto const written = co_await write_system(core, std::move(b));
  if (written) co_return exchange_outcome::done;
  auto const& why = written.error();
  if (why.code == errc::conflict && use.failed(why)) co_return exchange_outcome::was_used;
  if (was_overtaken(why)) co_return exchange_outcome::was_overtaken;
  throw error(why);
}

task<token_pair> issue_pair(core_ptr core, session_id session) {
  demand_signing_key(core->auth->options.jwt);
  auto const home = co_await usable_session(*core, session);
  auto const place = co_await place_of(*core, home);
  auto made = make_refresh_token(*core, home.id);
  batch b;
  b.add(require<sambung::session>(home.id));
  b.add(insert(made.record));
  auto const written = co_await write_system(*core, std::move(b));
  if (!written) throw error(was_overtaken(written.error()) ? not_proven() : written.error());
  co_return make_pair(*core, home, place, std::move(made.token));
}

task<token_pair> refresh_pair(core_ptr core, std::string token, request_origin from) {
  demand_signing_key(core->auth->options.jwt);
  auto const presented = co_await find_refresh_token(*core, token);
  if (!presented) throw error(not_proven());
  if (presented->state == refresh_token_state::used) co_await end_replayed(*core, presented->session_id, from);
  if (presented->expires_at <= core->clock->now()) throw error(not_proven());
  auto home = co_await usable_session(*core, presented->session_id);
  home = co_await extend_if_due(*core, std::move(home));
  auto const place = co_await place_of(*core, home);
  auto next = make_refresh_token(*core, home.id);

  // Nothing is asked of storage after the exchange: whoever has won it gets their pair.
  auto const exchanged = co_await exchange(*core, *presented, next.record, home);
  if (exchanged == exchange_outcome::done) co_return make_pair(*core, home, place, std::move(next.token));
  if (exchanged == exchange_outcome::was_used) co_await end_replayed(*core, presented->session_id, from);
  throw error(not_proven());
}

}  // namespace

task<token_pair> auth::issue_tokens(session_id session) const { return issue_pair(core_, session); }

task<token_pair> auth::refresh(std::string token, request_origin from) const {
  return refresh_pair(core_, std::move(token), std::move(from));
}

}  // namespace sambung
