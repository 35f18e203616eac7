// Access tokens and the refresh tokens they are renewed with.
#include "support/people.hpp"
#include "support/watched_storage.hpp"

#include <sambung/records/refresh_token.hpp>
#include <sambung/security/token.hpp>

#include <gtest/gtest.h>

namespace sambung::refresh_test {
namespace {

using namespace tests;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;

// A desk on a clock that stands still, and a token pair of grace's.
struct paired_desk {
  explicit paired_desk(auth_options auth = auth_options()) : d(options(std::move(auth))), auth_(d.engine->auth()) {
    add_person(d, "grace");
    in = sync_wait(auth_.sign_in("grace@acme.example", secret(right_password)));
    pair = sync_wait(auth_.issue_tokens(in->session.id));
  }

  desk_options options(auth_options auth) {
    desk_options made;
    made.auth = std::move(auth);
    made.auth.password_cost = min_password_cost;
    made.clock = time;
    made.storage = watched;
    return made;
  }
  task<identity> authenticate(secret_string const& credential) { return auth_.authenticate(credential.view()); }
  task<token_pair> refresh(secret_string const& token) { return auth_.refresh(std::string(token.view())); }

  std::shared_ptr<testing::manual_clock> time = std::make_shared<testing::manual_clock>();
  std::shared_ptr<watched_storage> watched = std::make_shared<watched_storage>(fresh_storage());
  desk d;
  auth auth_;
  std::optional<signed_in> in;
  std::optional<token_pair> pair;
};

TEST(TokenPairs, ProveWhoseSessionTheyBelongTo) {
  paired_desk p;

  auto const who = sync_wait(p.authenticate(p.pair->access));

  EXPECT_EQ(who.user(), p.in->user.id);
  EXPECT_EQ(who.how(), authentication::jwt);
  EXPECT_EQ(who.session(), p.in->session.id);
  EXPECT_EQ(who.place()->tenant, p.d.tenant);
  EXPECT_EQ(p.pair->expires_at, p.time->now() + minutes(15));
  EXPECT_EQ(who.expires_at(), p.pair->expires_at);
  EXPECT_TRUE(p.pair->refresh.view().starts_with("smr_"));
  EXPECT_TRUE(p.auth_.remembered(p.pair->access.view()));
}

TEST(TokenPairs, ActInTheTenantTheyWereMadeForAlone) {
  paired_desk p;
  auto const globex = add_tenant(p.d, p.in->user.id, "globex");
  auto const in = [&](std::string_view credential, tenant_id wanted) {
    auto auth = p.d.engine->auth();
    return code_of(auth.authenticate(credential, wanted));
  };

  EXPECT_EQ(in(p.pair->access.view(), globex), errc::permission_denied);
  EXPECT_EQ(in(p.pair->access.view(), p.d.tenant), std::nullopt);
  EXPECT_EQ(in(p.in->token.view(), globex), std::nullopt);  // a session is for all of them

  sync_wait(p.d.account(p.in->user.id, p.in->session.id).switch_tenant(globex));
  auto const next = sync_wait(p.refresh(p.pair->refresh));
  EXPECT_EQ(in(next.access.view(), globex), std::nullopt);
  EXPECT_EQ(in(next.access.view(), p.d.tenant), errc::permission_denied);
}

TEST(TokenPairs, LetAccessEndAfterAQuarterOfAnHour) {
  paired_desk p;
  sync_wait(p.authenticate(p.pair->access));

  p.time->advance(minutes(15) + p.auth_.options().jwt.leeway);

  EXPECT_EQ(code_of(p.authenticate(p.pair->access)), errc::unauthenticated);
}

TEST(TokenPairs, AreExchangedForTheNext) {
  paired_desk p;
  p.time->advance(minutes(14));

  auto const next = sync_wait(p.refresh(p.pair->refresh));

  EXPECT_EQ(next.expires_at, p.time->now() + minutes(15));
  EXPECT_NE(next.refresh.view(), p.pair->refresh.view());
  EXPECT_EQ(sync_wait(p.authenticate(next.access)).user(), p.in->user.id);
  EXPECT_NO_THROW(sync_wait(p.refresh(next.refresh)));
}

TEST(TokenPairs, DieWithTheSessionWhenAUsedOneComesAgain) {
  paired_desk p;
  auto const next = sync_wait(p.refresh(p.pair->refresh));

  auto const refused = failure_of(p.refresh(p.pair->refresh));

  EXPECT_EQ(refused, failure_of(p.authenticate(secret("nothing"))));
  EXPECT_EQ(code_of(p.refresh(next.refresh)), errc::unauthenticated);
  EXPECT_EQ(code_of(p.authenticate(next.access)), errc::unauthenticated);
  EXPECT_EQ(code_of(p.authenticate(p.in->token)), errc::unauthenticated);
  EXPECT_TRUE(all_stored<refresh_token>(p.d).empty());
  EXPECT_EQ(audited_actions(p.d).front(), "auth.refreshReplayed");
}

TEST(TokenPairs, DieWithTheSessionWhenOneIsUsedTwiceAtOnce) {
  paired_desk p;
  std::optional<token_pair> first;
  p.watched->after_read_of("refresh_tokens", [&]() -> task<void> {
    auto refreshing = p.refresh(p.pair->refresh);
    first = co_await std::move(refreshing);
  });

  EXPECT_EQ(code_of(p.refresh(p.pair->refresh)), errc::unauthenticated);

  ASSERT_TRUE(first);
  EXPECT_EQ(code_of(p.refresh(first->refresh)), errc::unauthenticated);
  EXPECT_EQ(code_of(p.authenticate(p.in->token)), errc::unauthenticated);
}

TEST(TokenPairs, LeaveOtherSessionsAloneWhenOneIsReplayed) {
  paired_desk p;
  auto const other = sync_wait(p.auth_.sign_in("grace@acme.example", secret(right_password)));
  sync_wait(p.refresh(p.pair->refresh));

  EXPECT_EQ(code_of(p.refresh(p.pair->refresh)), errc::unauthenticated);

  EXPECT_EQ(sync_wait(p.authenticate(other.token)).session(), other.session.id);
}

TEST(TokenPairs, EndWithTheirSession) {
  paired_desk p;
  sync_wait(p.authenticate(p.pair->access));

  sync_wait(p.auth_.sign_out(p.in->session.id));

  EXPECT_EQ(code_of(p.authenticate(p.pair->access)), errc::unauthenticated);
  EXPECT_EQ(code_of(p.refresh(p.pair->refresh)), errc::unauthenticated);
  EXPECT_EQ(code_of(p.auth_.issue_tokens(p.in->session.id)), errc::unauthenticated);
  EXPECT_TRUE(all_stored<refresh_token>(p.d).empty());
}

TEST(TokenPairs, AreNotRenewedForASuspendedUser) {
  paired_desk p;

  set_state(p.d, p.in->user.id, user_state::suspended);

  EXPECT_EQ(code_of(p.refresh(p.pair->refresh)), errc::unauthenticated);
  EXPECT_EQ(code_of(p.auth_.issue_tokens(p.in->session.id)), errc::unauthenticated);
  set_state(p.d, p.in->user.id, user_state::active);
  EXPECT_NO_THROW(sync_wait(p.refresh(p.pair->refresh)));
}

TEST(TokenPairs, CannotBeRenewedOnceTheyHaveExpired) {
  auth_options options;
  options.refresh_token_lifetime = days(2);
  paired_desk p(options);

  p.time->advance(days(2));

  EXPECT_EQ(code_of(p.refresh(p.pair->refresh)), errc::unauthenticated);
  EXPECT_TRUE(eventually([&] {
    p.time->advance(minutes(1));
    return all_stored<refresh_token>(p.d).empty();
  }));
}

TEST(TokenPairs, KeepTheirSessionAlive) {
  paired_desk p;
  auto current = std::move(*p.pair);

  for (int day = 0; day < 20; ++day) {
    p.time->advance(days(1));
    current = sync_wait(p.refresh(current.refresh));
  }

  EXPECT_EQ(sync_wait(p.authenticate(p.in->token)).session(), p.in->session.id);
}

TEST(TokenPairs, AreNotTakenForEachOther) {
  paired_desk p;

  EXPECT_EQ(code_of(p.authenticate(p.pair->refresh)), errc::unauthenticated);
  EXPECT_EQ(code_of(p.refresh(p.pair->access)), errc::unauthenticated);
  EXPECT_EQ(code_of(p.refresh(p.in->token)), errc::unauthenticated);
  EXPECT_EQ(code_of(p.refresh(secret(""))), errc::unauthenticated);
  EXPECT_EQ(code_of(p.refresh(make_token(refresh_token_prefix, *system_random()))), errc::unauthenticated);
}

TEST(TokenPairs, StoreNoTokenInClear) {
  paired_desk p;

  for (auto const& one : all_stored<refresh_token>(p.d)) EXPECT_EQ(one.hash, token_hash(p.pair->refresh.view()));
}

TEST(TokenPairs, AreNotIssuedByWhoCanOnlyVerify) {
  auto constexpr public_key =
      "-----BEGIN PUBLIC KEY-----\n"
      "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
      "-----END PUBLIC KEY-----\n";
  desk_options options;
  options.auth.jwt.keys.push_back(jwt_key::ed25519("elsewhere", public_key).value());
  desk d(options);
  add_person(d, "grace");
  auto auth = d.engine->auth();
  auto const in = sync_wait(auth.sign_in("grace@acme.example", secret(right_password)));

  EXPECT_EQ(code_of(auth.issue_tokens(in.session.id)), errc::unsupported);
}

// A JWT that an application makes itself, with a key that it shares with the engine.
struct foreign_tokens {
  foreign_tokens() : d(options(key())) {}
  static jwt_key key() { return jwt_key::hs256("shared", secret_string(std::string(31, 'k') + 'K')).value(); }
  static desk_options options(jwt_key shared) {
    desk_options made;
    made.auth.jwt.keys.push_back(std::move(shared));
    return made;
  }
  jwt_claims claims() {
    jwt_claims made;
    made.issuer = "sambung";
    made.audience = "sambung";
    made.subject = d.user;
    made.id = "1";
    made.issued_at = system_clock()->now();
    made.expires_at = made.issued_at + minutes(5);
    return made;
  }
  task<identity> authenticate(jwt_claims claims, std::optional<tenant_id> wanted = std::nullopt) {
    auto auth = d.engine->auth();
    auto const token = sign_jwt(claims, auth.options().jwt);
    co_return co_await auth.authenticate(token.view(), wanted);
  }

  desk d;
};

TEST(ForeignJwts, ActInTheTenantTheyName) {
  foreign_tokens f;
  auto const globex = add_tenant(f.d, f.d.user, "globex");
  auto named = f.claims();
  named.tenant = globex;

  EXPECT_EQ(sync_wait(f.authenticate(f.claims())).place()->tenant, f.d.tenant);
  EXPECT_EQ(sync_wait(f.authenticate(named)).place()->tenant, globex);
  EXPECT_EQ(sync_wait(f.authenticate(f.claims(), globex)).place()->tenant, globex);
  EXPECT_FALSE(sync_wait(f.authenticate(f.claims())).session());
}

TEST(ForeignJwts, AreRefusedForWhoIsNotThere) {
  foreign_tokens f;
  auto const foreign = sync_wait(f.d.engine->tenants().create("globex")).id;
  auto unknown_user = f.claims();
  unknown_user.subject = user_id{uuid{}};
  auto foreign_tenant = f.claims();
  foreign_tenant.tenant = foreign;
  auto unknown_session = f.claims();
  unknown_session.session = uuid{};

  EXPECT_EQ(code_of(f.authenticate(unknown_user)), errc::unauthenticated);
  EXPECT_EQ(code_of(f.authenticate(foreign_tenant)), errc::unauthenticated);
  EXPECT_EQ(code_of(f.authenticate(unknown_session)), errc::unauthenticated);
  EXPECT_EQ(code_of(f.authenticate(f.claims(), foreign)), errc::permission_denied);
  set_state(f.d, f.d.user, user_state::suspended);
  EXPECT_EQ(code_of(f.authenticate(f.claims())), errc::unauthenticated);
}

TEST(ForeignJwts, AreRefusedWithTheSessionOfAnotherUser) {
  foreign_tokens f;
  add_person(f.d, "grace");
  auto auth = f.d.engine->auth();
  auto const in = sync_wait(auth.sign_in("grace@acme.example", secret(right_password)));
  auto claims = f.claims();
  claims.session = in.session.id.value;

  EXPECT_EQ(code_of(f.authenticate(claims)), errc::unauthenticated);
}

TEST(ForeignJwts, AreValidUntilTheyExpire) {
  foreign_tokens f;
  auto auth = f.d.engine->auth();
  auto const who = sync_wait(f.authenticate(f.claims()));

  EXPECT_TRUE(sync_wait(auth.still_valid(who)));
  EXPECT_FALSE(sync_wait(auth.still_valid(who.until(system_clock()->now() - minutes(1)))));
}

// Two of everything, at the same moment.
TEST(RefreshTokens, HaveOneWinnerInAThousandRaces) {
  constexpr std::size_t races = 1'000;
  desk d;
  auto auth = d.engine->auth();
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < races; ++i) {
    session home;
    home.id = d.engine->workspace(principal::trusted(d.tenant, d.user, member_role::owner)).new_id<session_id>();
    home.user_id = d.user;
    home.hash = token_hash(std::to_string(i));
    home.created_at = home.updated_at = system_clock()->now();
    home.expires_at = home.created_at + days(1);
    sync_wait(stored<session>(d).write(insert(home))).value();
    tokens.emplace_back(sync_wait(auth.issue_tokens(home.id)).refresh.view());
  }

  auto const outcomes = at_once(2 * races, [&](std::size_t i) { return auth.refresh(tokens[i / 2]); });

  for (std::size_t i = 0; i < races; ++i) {
    EXPECT_NE(outcomes[2 * i].has_value(), outcomes[2 * i + 1].has_value()) << i;
    auto const& lost = outcomes[2 * i].has_value() ? outcomes[2 * i + 1] : outcomes[2 * i];
    EXPECT_EQ(lost.error().code, errc::unauthenticated) << lost.error().message;
  }
  EXPECT_TRUE(all_stored<session>(d).empty());
}

}  // namespace
}  // namespace sambung::refresh_test
