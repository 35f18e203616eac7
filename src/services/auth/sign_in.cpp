#include <sambung/records/password.hpp>
#include <sambung/services/auth/auth.hpp>

#include "services/auth/active_membership.hpp"
#include "services/auth/email.hpp"
#include "services/auth/known_device.hpp"
#include "services/auth/password_attempt.hpp"
#include "services/auth/password_change.hpp"
#include "services/auth/sessions.hpp"
#include "services/base/access.hpp"
#include "services/base/engine_metrics.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"

namespace sambung {
namespace {

failure wrong() { return failure(errc::unauthenticated, "the address or the password is wrong"); }

// Whose password is to be checked. One that nobody has stands for an unknown address.
struct account_at {
  std::optional<user> who;
  std::optional<password> secret;

  bool may_sign_in() const { return who && who->state == user_state::active && secret; }
  std::string hash() const { return may_sign_in() ? secret->hash : std::string(); }
  std::optional<user_id> id() const { return who ? std::optional(who->id) : std::nullopt; }
};

// Asks storage the same whether or not the address is known.
task<account_at> look_up(engine_core& core, std::string email) {
  account_at found;
  found.who = co_await user_at(core, std::move(email));
  auto const id = found.who ? found.who->id : core.ids->next<user_id>();
  found.secret = co_await stored_password(core, id);
  co_return found;
}

// The tenant of the newest session, while the user may still act there; else that of their oldest place.
task<std::optional<tenant_id>> active_tenant(engine_core const& core, user_id user) {
  auto const records = system_records<session>(core);
  auto stored = co_await records.first(records.where(&session::user_id, user));
  auto const last = if_found(std::move(stored));
  std::optional<tenant_place> place;
  if (last && last->tenant_id) place = co_await active_membership(core, user, *last->tenant_id);
  if (!place) place = co_await oldest_active_membership(core, user);
  if (!place) co_return std::nullopt;
  co_return place->tenant;
}

// The session that came with the call ends with the beginning of the new one. Fails when the user was suspended, or
// their password changed, while it was checked.
task<void> store(engine_core& core, session const& opened, account_at const& owner, request_origin const& from) {
  auto const entry = entry_of(core, opened, "auth.signIn", from);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    batch b;
    auto const alive = b.put(require_active(owner.who->id));
    auto const same = b.put(require<password>(owner.who->id).when(&password::revision, owner.secret->revision));
    b.add(insert(opened));
    note_in(b, entry);
    auto const written = co_await write_replacing(core, std::move(b), from);
    if (written) co_return;
    auto const& why = written.error();
    if (!was_overtaken(why)) throw error(why);
    if (alive.failed(why) || same.failed(why)) throw error(wrong());
  }
  throw error(errc::conflict, "the session that came along kept changing");
}

// A hash of another scheme or cost makes place for one of ours. The password stays the same and so does its revision:
// who signs in at the same time is not refused. When hashing is busy the next sign-in does it.
task<void> renew_hash(engine_core& core, password old, secret_string typed) {
  auto normal = normal_password(typed.view());
  if (!normal) co_return;
  auto hashed = co_await as_result(hash_in_pool(core, std::move(*normal)));
  if (!hashed) co_return;
  change one = update<password>(old.user_id)
                   .set(&password::hash, *hashed)
                   .when(&password::revision, old.revision)
                   .when(&password::hash, old.hash);
  auto const written = co_await system_records<password>(core).write(std::move(one));
  if (!written && !was_overtaken(written.error())) throw error(written.error());
}

task<signed_in> begin_session(core_ptr core, std::string email, secret_string password, request_origin from) {
  auto const attempt = co_await password_attempt::at(*core, email, &from);
  auto const owner = co_await look_up(*core, std::move(email));
  auto const checked = co_await attempt.check(owner.hash(), password);
  if (!checked.right || !owner.may_sign_in()) {
    attempt.failed("auth.signIn.failed", owner.id());
    throw error(wrong());
  }

  auto const active = co_await active_tenant(*core, owner.who->id);
  auto opened = make_session(*core, owner.who->id, active, from);
  co_await store(*core, opened.record, owner, from);
  co_await limit_sessions(*core, owner.who->id);
  if (checked.outdated) co_await renew_hash(*core, *owner.secret, std::move(password));
  signed_in made(*owner.who, std::move(opened.record), std::move(opened.token));
  made.device = known_device(from.device, made.user.email.value(), *core->random);
  co_return made;
}

std::string_view outcome_label(result<signed_in> const& made) {
  if (made) return "ok";
  switch (made.error().code) {
    case errc::unauthenticated:
      return "wrong";
    case errc::rate_limited:
      return "limited";
    default:
      return "failed";
  }
}

task<signed_in> counted_sign_in(core_ptr core, std::string email, secret_string password, request_origin from) {
  auto beginning = begin_session(core, std::move(email), std::move(password), std::move(from));
  auto made = co_await as_result(std::move(beginning));
  core->measured->sign_ins.at({outcome_label(made)}).add();
  co_return std::move(made).value();
}

}  // namespace

task<signed_in> auth::sign_in(std::string email, secret_string password, request_origin from) const {
  return counted_sign_in(core_, std::move(email), std::move(password), std::move(from));
}

}  // namespace sambung
