// What a credential proves, for how long, and how it ends.
#include "support/people.hpp"

#include <gtest/gtest.h>

namespace sambung::sessions_test {
namespace {

using namespace tests;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// A desk on a clock that stands still, and grace, who has signed in.
struct signed_in_desk {
  explicit signed_in_desk(auth_options auth = auth_options()) : d(options(std::move(auth))) { in = enter(); }

  desk_options options(auth_options auth) {
    desk_options made;
    made.auth = std::move(auth);
    made.auth.password_cost = min_password_cost;
    made.clock = time;
    return made;
  }
  signed_in enter() {
    auto auth = d.engine->auth();
    return sync_wait(auth.sign_in("grace@acme.example", secret(right_password)));
  }
  std::string_view token() const { return in->token.view(); }

  task<identity> authenticate(std::optional<tenant_id> wanted = std::nullopt) {
    auto auth = d.engine->auth();
    co_return co_await auth.authenticate(token(), wanted);
  }
  identity who(std::optional<tenant_id> wanted = std::nullopt) { return sync_wait(authenticate(wanted)); }
  bool lives() { return !code_of(authenticate()); }
  std::optional<identity> remembered() { return d.engine->auth().remembered(token()); }
  session row() { return sync_wait(stored<session>(d).get(in->session.id)).value(); }

  // Lets the engine see what others have done on its database.
  void watch() {
    auto const before = d.engine->auth().revocations();
    ASSERT_TRUE(eventually([&] {
      time->advance(seconds(1));
      return d.engine->auth().revocations() != before;
    }));
  }

  std::shared_ptr<testing::manual_clock> time = std::make_shared<testing::manual_clock>();
  desk d;
  user_id grace = add_person(d, "grace");
  std::optional<signed_in> in;
};

TEST(Sessions, EndAfterSevenDaysWithoutUse) {
  signed_in_desk s;

  s.time->advance(days(7) - seconds(1));
  auto const before = s.row();
  EXPECT_EQ(before.expires_at - s.time->now(), seconds(1));
  s.time->advance(seconds(1));

  EXPECT_FALSE(s.lives());
}

TEST(Sessions, AreExtendedWhenTheyAreUsedADayLater) {
  signed_in_desk s;
  auto const at_first = s.row();

  s.time->advance(days(1) - seconds(1));
  s.who();
  EXPECT_EQ(s.row().revision, at_first.revision);
  s.time->advance(seconds(1));
  s.who();

  EXPECT_EQ(s.row().updated_at, s.time->now());
  EXPECT_EQ(s.row().expires_at, s.time->now() + days(7));
  s.time->advance(days(7) - seconds(1));
  EXPECT_TRUE(s.lives());
}

TEST(Sessions, AreExtendedOnceByManyAtTheSameTime) {
  signed_in_desk s;
  s.time->advance(days(2));

  auto const outcomes = at_once(32, [&](std::size_t) { return s.authenticate(); });

  for (auto const& one : outcomes) EXPECT_TRUE(one.has_value());
  EXPECT_EQ(s.row().revision, 2);
}

TEST(Sessions, AreRememberedUntilTheyAreDue) {
  auth_options options;
  options.remembered = days(30);
  signed_in_desk s(options);
  s.who();

  s.time->advance(days(1) - seconds(1));
  EXPECT_TRUE(s.remembered());
  s.time->advance(seconds(1));

  EXPECT_FALSE(s.remembered());
}

TEST(Sessions, AreRememberedForAsLongAsTheOptionsSay) {
  signed_in_desk s;
  EXPECT_FALSE(s.remembered());

  auto const who = s.who();

  EXPECT_EQ(s.remembered()->session(), who.session());
  s.time->advance(seconds(59));
  EXPECT_TRUE(s.remembered());
  s.time->advance(seconds(1));
  EXPECT_FALSE(s.remembered());
}

TEST(Sessions, AreRememberedForTheTenantThatWasWanted) {
  signed_in_desk s;
  auto const globex = add_tenant(s.d, s.grace, "globex");

  EXPECT_EQ(s.who().place()->tenant, s.d.tenant);
  EXPECT_EQ(s.who(globex).place()->tenant, globex);

  EXPECT_EQ(s.remembered()->place()->tenant, s.d.tenant);
  EXPECT_EQ(s.d.engine->auth().remembered(s.token(), globex)->place()->tenant, globex);
}

TEST(Sessions, EndAtSignOut) {
  signed_in_desk s;
  auto const other = s.enter();
  s.who();

  sync_wait(s.d.engine->auth().sign_out(s.in->session.id));

  EXPECT_FALSE(s.remembered());
  EXPECT_FALSE(s.lives());
  EXPECT_EQ(audited_actions(s.d).front(), "auth.signOut");
  EXPECT_NO_THROW(sync_wait(s.d.engine->auth().sign_out(s.in->session.id)));
  EXPECT_EQ(sync_wait(s.d.engine->auth().authenticate(other.token.view())).user(), s.grace);
}

TEST(Sessions, EndOnceForManyWhoSignOut) {
  signed_in_desk s;
  auto auth = s.d.engine->auth();

  auto const outcomes = at_once(16, [&](std::size_t) { return auth.sign_out(s.in->session.id); });

  for (auto const& one : outcomes) EXPECT_TRUE(one.has_value());
  EXPECT_EQ(std::ranges::count(audited_actions(s.d), "auth.signOut"), 1);
}

TEST(Sessions, AreRemovedSomeTimeAfterTheyHaveEnded) {
  signed_in_desk s;
  s.time->advance(days(8));

  EXPECT_TRUE(eventually([&] {
    s.time->advance(minutes(1));
    return all_stored<session>(s.d).empty();
  }));
}

TEST(Sessions, EndWhenTheirUserIsSuspended) {
  signed_in_desk s;
  s.who();

  set_state(s.d, s.grace, user_state::suspended);
  s.watch();

  EXPECT_FALSE(s.lives());
}

TEST(Sessions, HaveNoPlaceWhereTheirUserIsNoMemberAnyMore) {
  signed_in_desk s;
  add_tenant(s.d, s.grace, "globex");
  s.who();

  elsewhere(s.d, erase<membership>(membership_of(s.d, s.d.tenant, s.grace).id));
  s.watch();

  EXPECT_FALSE(s.who().place());  // and not in globex, where nobody has sent them
}

TEST(Sessions, HaveNoPlaceInASuspendedTenant) {
  signed_in_desk s;

  set_state(s.d, s.d.tenant, tenant_state::suspended);

  EXPECT_FALSE(s.who().place());
  EXPECT_EQ(code_of(s.authenticate(s.d.tenant)), errc::permission_denied);
}

TEST(Sessions, FeelAChangeOfRole) {
  signed_in_desk s;
  EXPECT_TRUE(s.who().may(permission::member_manage));

  auto const place = membership_of(s.d, s.d.tenant, s.grace);
  elsewhere(s.d, update<membership>(place.id).set(&membership::role, member_role::viewer));
  s.watch();

  EXPECT_EQ(s.who().place()->role, member_role::viewer);
}

TEST(Sessions, ChooseAmongTheirUsersTenantsOnly) {
  signed_in_desk s;
  auto const foreign = sync_wait(s.d.engine->tenants().create("globex")).id;
  tenant_id const missing{uuid{}};

  auto const refused = failure_of(s.authenticate(foreign));

  EXPECT_EQ(refused.code, errc::permission_denied);
  EXPECT_EQ(failure_of(s.authenticate(missing)), refused);
}

TEST(Sessions, AreForgottenOnEveryEngineOfTheDatabase) {
  desk_options shared;
  shared.storage = memory_storage();
  shared.deployment = deployment::shared;
  auto const time = std::make_shared<testing::manual_clock>();
  shared.clock = time;
  desk a(shared);
  desk b(shared);
  add_person(a, "grace");
  auto auth_a = a.engine->auth();
  auto auth_b = b.engine->auth();
  auto const in = sync_wait(auth_a.sign_in("grace@acme.example", secret(right_password)));
  sync_wait(auth_b.authenticate(in.token.view()));

  sync_wait(auth_a.sign_out(in.session.id));
  EXPECT_FALSE(auth_a.remembered(in.token.view()));
  EXPECT_TRUE(auth_b.remembered(in.token.view()));  // it has not looked yet
  ASSERT_TRUE(time->wait_for_sleepers(10));         // five kinds of periodic work on each engine
  time->advance(shared.auth.revocation_interval);

  EXPECT_TRUE(eventually([&] { return !auth_b.remembered(in.token.view()); }));
  EXPECT_EQ(code_of(auth_b.authenticate(in.token.view())), errc::unauthenticated);
}

TEST(Sessions, AreStillValidUntilSomethingIsTakenAway) {
  signed_in_desk s;
  auto auth = s.d.engine->auth();
  auto const who = s.who();
  auto const place = membership_of(s.d, s.d.tenant, s.grace);
  auto const valid = [&] { return sync_wait(auth.still_valid(who)); };

  EXPECT_TRUE(valid());
  EXPECT_TRUE(sync_wait(auth.still_valid(identity::trusted(s.grace))));
  set_state(s.d, s.grace, user_state::suspended);
  EXPECT_FALSE(valid());
  set_state(s.d, s.grace, user_state::active);
  set_state(s.d, s.d.tenant, tenant_state::suspended);
  EXPECT_FALSE(valid());
  set_state(s.d, s.d.tenant, tenant_state::active);
  elsewhere(s.d, update<membership>(place.id).set(&membership::role, member_role::viewer));
  EXPECT_FALSE(valid());
  elsewhere(s.d, update<membership>(place.id).set(&membership::role, member_role::owner));
  EXPECT_TRUE(valid());
  sync_wait(auth.sign_out(s.in->session.id));
  EXPECT_FALSE(valid());
}

TEST(Sessions, AreNothingThatHasAnotherForm) {
  signed_in_desk s;
  auto const refused = failure_of(s.d.engine->auth().authenticate(""));
  std::string const token(s.token());

  EXPECT_EQ(refused.code, errc::unauthenticated);
  for (auto const& wrong : {token + "x", token.substr(1), "smb_" + token, "smr_" + token, std::string(43, 'A'),
                            token + ".x", std::string(100'000, 'x'), std::string("\0", 1), std::string("a.b.c")}) {
    auto auth = s.d.engine->auth();
    EXPECT_EQ(failure_of(auth.authenticate(wrong)), refused) << wrong.substr(0, 60);
  }
}

TEST(Sessions, CountRevocationsForWhoHoldsAStreamOpen) {
  signed_in_desk s;
  auto const before = s.d.engine->auth().revocations();

  s.who();
  EXPECT_EQ(s.d.engine->auth().revocations(), before);
  sync_wait(s.d.engine->auth().sign_out(s.in->session.id));

  EXPECT_GT(s.d.engine->auth().revocations(), before);
}

}  // namespace
}  // namespace sambung::sessions_test
