#include "services/auth/authentication.hpp"

#include <sambung/records/api_token.hpp>
#include <sambung/security/jwt.hpp>
#include <sambung/security/token.hpp>

#include "services/auth/active_membership.hpp"
#include "services/auth/auth_state.hpp"
#include "services/auth/sessions.hpp"
#include "services/base/standing.hpp"
#include "services/base/system_records.hpp"

#include <algorithm>
#include <tuple>

namespace sambung {
namespace {

constexpr std::chrono::minutes use_noted_every{1};

bool has_expired(api_token const& token, timestamp now) { return token.expires_at && *token.expires_at <= now; }

permission_set scopes_of(engine_core const& core, api_token const& token) {
  return parse_permissions(token.scopes, core.permissions).value_or(permission_set());
}

task<void> write_use(std::shared_ptr<engine_core const> core, api_token token, timestamp when) {
  auto const unchanged = token.last_used_at ? where(&api_token::last_used_at, comparison::equal, *token.last_used_at)
                                            : where_null(&api_token::last_used_at);
  change one = update<api_token>(token.id).set(&api_token::last_used_at, when).when(unchanged);
  // Best effort: when it is refused, another use was noted, or the next one will be.
  std::ignore = co_await system_records<api_token>(*core).write(std::move(one));
}

// Notes that a token was used, without keeping its user waiting.
void note_use(engine_core& core, api_token const& token) {
  timestamp const minute = std::chrono::floor<std::chrono::minutes>(core.clock->now());
  if (token.last_used_at && minute < *token.last_used_at + use_noted_every) return;
  core.run_in_background(write_use(core.shared_from_this(), token, minute));
}

// One credential, and the tenant that is wanted with it.
class examination {
 public:
  examination(engine_core& core, std::optional<tenant_id> wanted)
      : core_(core), wanted_(wanted), now_(core.clock->now()), until_(now_ + core.auth->options.remembered) {}

  task<known_authority> api_token(std::string_view credential) {
    auto const records = system_records<sambung::api_token>(core_);
    auto stored = co_await records.first(records.where(&api_token::hash, token_hash(credential)));
    auto const token = if_found(std::move(stored));
    if (!token || has_expired(*token, now_)) throw error(not_proven());
    co_await demand_active(token->user_id);
    auto const place = co_await active_membership(core_, token->user_id, token->tenant_id);
    if (!place) throw error(not_proven());
    if (wanted_ && *wanted_ != token->tenant_id) throw error(not_a_member());
    note_use(core_, *token);
    if (token->expires_at) hold_until(*token->expires_at);
    identity const who(token->user_id, authentication::api_token, place, scopes_of(core_, *token));
    co_return known_authority(who.by_token(token->id), until_);
  }

  task<known_authority> session(std::string_view credential) {
    auto const found = co_await live_session(core_, credential);
    if (!found) throw error(not_proven());
    co_await demand_active(found->user_id);
    auto const place = co_await chosen_place(found->user_id, found->tenant_id);
    co_await use(*found);
    co_return known_authority(
        identity(found->user_id, authentication::session, place, permission_set::all(), found->id), until_);
  }

  task<known_authority> jwt(std::string_view credential) {
    auto const claims = verify_jwt(credential, core_.auth->options.jwt, now_);
    if (!claims) throw error(not_proven());
    auto active = claims->tenant;
    std::optional<sambung::session> home;
    if (claims->session) {
      home = co_await live_session(core_, session_id{*claims->session});
      if (!home || home->user_id != claims->subject) throw error(not_proven());
      if (!active) active = home->tenant_id;
    }
    if (claims->tenant && wanted_ && *wanted_ != *claims->tenant) throw error(not_a_member());
    co_await demand_active(claims->subject);
    auto const place = co_await chosen_place(claims->subject, active);
    if (claims->tenant && !wanted_ && !place) throw error(not_proven());
    if (home) co_await use(*home);
    hold_until(claims->expires_at);
    std::optional<session_id> id;
    if (home) id = home->id;
    identity const who(claims->subject, authentication::jwt, place, permission_set::all(), id);
    co_return known_authority(who.until(claims->expires_at), until_);
  }

 private:
  static failure not_a_member() { return failure(errc::permission_denied, "not a tenant that you may act in"); }

  task<void> demand_active(user_id user) {
    bool const active = co_await is_active(core_, user);
    if (!active) throw error(not_proven());
  }

  // The one that is wanted; else the active one, and no other: who was sent out of it does not find themselves
  // elsewhere. Whoever has never had one gets the oldest.
  task<std::optional<tenant_place>> chosen_place(user_id user, std::optional<tenant_id> active) {
    if (!wanted_ && !active) co_return co_await oldest_active_membership(core_, user);
    auto const place = co_await active_membership(core_, user, wanted_ ? *wanted_ : *active);
    if (wanted_ && !place) throw error(not_a_member());
    co_return place;
  }

  task<void> use(sambung::session found) {
    found = co_await extend_if_due(core_, std::move(found));
    hold_until(found.expires_at);
    hold_until(extension_due(core_, found));
  }

  void hold_until(timestamp limit) { until_ = std::min(until_, limit); }

  engine_core& core_;
  std::optional<tenant_id> const wanted_;
  timestamp const now_;
  timestamp until_;
};

task<bool> holds(engine_core& core, token_id id, permission_set scopes) {
  auto stored = co_await system_records<api_token>(core).get(id);
  auto const token = if_found(std::move(stored));
  co_return token && !has_expired(*token, core.clock->now()) && scopes_of(core, *token) == scopes;
}

task<bool> holds(engine_core& core, session_id id, user_id user) {
  auto const found = co_await live_session(core, id);
  co_return found && found->user_id == user;
}

// Whether what proved it still does. A JWT without a session holds by itself.
task<bool> credential_holds(engine_core& core, identity const& who) {
  if (who.expires_at() && *who.expires_at() + core.auth->options.jwt.leeway <= core.clock->now()) co_return false;
  if (who.token()) co_return co_await holds(core, *who.token(), who.scopes());
  if (who.session()) co_return co_await holds(core, *who.session(), who.user());
  co_return who.how() == authentication::jwt;
}

// Of somebody whom the application vouches for.
task<bool> may_act(engine_core& core, identity const& who) {
  auto const standing = co_await as_result(demand_standing(core, who));
  if (standing) co_return true;
  if (standing.error().code != errc::permission_denied && standing.error().code != errc::not_found)
    throw error(standing.error());
  co_return false;
}

}  // namespace

task<void> demand_standing(engine_core& core, identity const& who) {
  std::optional<tenant_id> where;
  if (who.place()) where = who.place()->tenant;
  actor const one(where, who.user());
  co_await core.standings->demand(one);
}

failure not_proven() { return failure(errc::unauthenticated, "a valid session, token or key is required"); }

task<known_authority> authority_of(engine_core& core, std::string_view credential, std::optional<tenant_id> wanted) {
  examination one(core, wanted);
  if (is_token(credential, api_token_prefix)) co_return co_await one.api_token(credential);
  if (is_token(credential, session_token_prefix)) co_return co_await one.session(credential);
  co_return co_await one.jwt(credential);
}

task<bool> is_still_valid(engine_core& core, identity const& who) {
  if (who.how() == authentication::trusted) co_return co_await may_act(core, who);
  bool const holds = co_await credential_holds(core, who);
  if (!holds) co_return false;
  bool const active = co_await is_active(core, who.user());
  if (!active || !who.place()) co_return active;
  auto const place = co_await active_membership(core, who.user(), who.place()->tenant);
  co_return place && place->role == who.place()->role;
}

}  // namespace sambung
