// Invitations: one-time, expiring, and silent about who is known.
#include "support/people.hpp"
#include "support/watched_storage.hpp"

#include <gtest/gtest.h>

namespace sambung::invitations_test {
namespace {

using tests::code_of;
using tests::desk;
using tests::together;

// A user of another tenant, who can be invited.
user_id outsider(desk& d, std::string const& name) {
  auto const found = sync_wait(as_result(d.engine->tenants().find("elsewhere")));
  auto const home = found ? *found : sync_wait(d.engine->tenants().create("elsewhere"));
  return sync_wait(d.engine->users().create(home.id, name + "@elsewhere.example")).id;
}

std::string secret_of(issued_invitation const& made) { return std::string(made.secret.view()); }

TEST(Invitations, LetTheirAddressIn) {
  desk d;
  auto const bob = outsider(d, "bob");
  auto const made = sync_wait(d.as(d.user).invitations().create("Bob@Elsewhere.example", member_role::viewer));

  auto const joined = sync_wait(d.account(bob).accept_invitation(secret_of(made)));

  EXPECT_EQ(joined.tenant.id, d.tenant);
  EXPECT_EQ(joined.role, member_role::viewer);
  EXPECT_EQ(sync_wait(d.engine->users().role(d.tenant, bob)), member_role::viewer);
  EXPECT_TRUE(made.secret.view().starts_with("smi_"));
  EXPECT_EQ(made.record.hash.find(made.secret.view()), std::string::npos);
}

TEST(Invitations, RefuseEverythingElseInTheSameWords) {
  auto const time = std::make_shared<testing::manual_clock>();
  tests::desk_options options;
  options.clock = time;
  desk d(options);
  auto const bob = outsider(d, "bob");
  auto const eve = outsider(d, "eve");
  auto const asked = d.as(d.user).invitations();
  auto const used = sync_wait(asked.create("bob@elsewhere.example"));
  sync_wait(d.account(bob).accept_invitation(secret_of(used)));
  auto const revoked = sync_wait(asked.create("eve@elsewhere.example"));
  sync_wait(asked.revoke(revoked.record.id));
  auto const over = sync_wait(asked.create("eve@elsewhere.example", member_role::member, std::chrono::seconds(1)));
  time->advance(std::chrono::seconds(1));
  auto const others = sync_wait(asked.create("nobody@elsewhere.example"));
  auto const me = d.account(eve);
  failure const expected(errc::not_found, "not found");

  for (auto const& secret : {secret_of(used), secret_of(revoked), secret_of(over), secret_of(others), std::string(),
                             std::string("smi_"), "smi_" + std::string(43, 'A'), secret_of(others) + "x"})
    EXPECT_EQ(sync_wait(as_result(me.accept_invitation(secret))).error(), expected) << secret;
}

TEST(Invitations, LetNobodyInOnceTheyAreRevokedMeanwhile) {
  auto const store = std::make_shared<tests::watched_storage>(tests::fresh_storage());
  tests::desk_options options;
  options.storage = store;
  desk d(options);
  auto const bob = outsider(d, "bob");
  auto const asked = d.as(d.user).invitations();
  auto const made = sync_wait(asked.create("bob@elsewhere.example"));
  store->after_read_of("invitations", [&]() -> task<void> { co_await asked.revoke(made.record.id); });

  EXPECT_EQ(code_of(d.account(bob).accept_invitation(secret_of(made))), errc::not_found);

  EXPECT_EQ(code_of(d.engine->users().role(d.tenant, bob)), errc::not_found);
}

TEST(Invitations, LetNobodyIntoASuspendedTenant) {
  desk d;
  auto const bob = outsider(d, "bob");
  auto const made = sync_wait(d.as(d.user).invitations().create("bob@elsewhere.example"));
  sync_wait(d.engine->tenants().suspend(d.tenant));

  EXPECT_EQ(code_of(d.account(bob).accept_invitation(secret_of(made))), errc::not_found);

  sync_wait(d.engine->tenants().resume(d.tenant));
  EXPECT_EQ(code_of(d.account(bob).accept_invitation(secret_of(made))), std::nullopt);
}

TEST(Invitations, AnswerAlikeForKnownAndUnknownAddresses) {
  desk d;
  outsider(d, "bob");
  auto const asked = d.as(d.user).invitations();

  auto const member = sync_wait(asked.create("ada@acme.example")).record;
  auto const known = sync_wait(asked.create("bob@elsewhere.example")).record;
  auto const unknown = sync_wait(asked.create("nobody@elsewhere.example")).record;

  auto const shape = [](invitation one) {
    auto json = to_json(one).as_object();
    for (auto const* differing : {"id", "email", "createdAt", "expiresAt"}) json.erase(differing);
    return json;
  };
  EXPECT_EQ(shape(member), shape(known));
  EXPECT_EQ(shape(known), shape(unknown));
}

TEST(Invitations, ReplaceEarlierOnesForTheAddress) {
  desk d;
  auto const bob = outsider(d, "bob");
  auto const asked = d.as(d.user).invitations();
  auto const first = sync_wait(asked.create("bob@elsewhere.example"));

  auto const second = sync_wait(asked.create("bob@elsewhere.example", member_role::viewer));

  EXPECT_EQ(sync_wait(d.system_records<invitation>().get(first.record.id)).value().state, invitation_state::revoked);
  EXPECT_EQ(code_of(d.account(bob).accept_invitation(secret_of(first))), errc::not_found);
  EXPECT_EQ(code_of(d.account(bob).accept_invitation(secret_of(second))), std::nullopt);
}

TEST(Invitations, LeaveOnePendingWhenManyAreMadeAtOnce) {
  desk d;
  auto const asked = d.as(d.user).invitations();
  std::vector<task<issued_invitation>> making;
  for (int i = 0; i < 20; ++i) making.push_back(asked.create("bob@elsewhere.example"));

  auto const outcomes = together(std::move(making));

  EXPECT_EQ(tests::successes(outcomes), outcomes.size());
  auto const all = d.all_of<invitation>();
  EXPECT_EQ(all.size(), outcomes.size());
  EXPECT_EQ(std::ranges::count(all, invitation_state::pending, &invitation::state), 1);
}

TEST(Invitations, AreManagedByThoseWhoManageMembers) {
  desk d;
  auto const made = sync_wait(d.as(d.user).invitations().create("bob@elsewhere.example"));
  auto const member = d.as(d.user, member_role::member).invitations();
  auto const admin = d.as(d.user, member_role::admin).invitations();

  EXPECT_EQ(code_of(member.create("eve@elsewhere.example")), errc::permission_denied);
  EXPECT_EQ(code_of(member.list()), errc::permission_denied);
  EXPECT_EQ(code_of(member.revoke(made.record.id)), errc::permission_denied);
  EXPECT_EQ(code_of(admin.create("eve@elsewhere.example", member_role::owner)), errc::permission_denied);
  EXPECT_EQ(sync_wait(admin.list()).items.size(), 1U);
  sync_wait(admin.revoke(made.record.id));
  EXPECT_EQ(code_of(admin.revoke(made.record.id)), errc::not_found);
}

TEST(Invitations, AreNotRevokedFromAnotherTenant) {
  desk d;
  auto const made = sync_wait(d.as(d.user).invitations().create("bob@elsewhere.example"));
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  auto const eve = sync_wait(d.engine->users().create(globex.id, "eve@globex.example", member_role::owner)).id;
  auto const foreign = d.engine->workspace(principal::trusted(globex.id, eve, member_role::owner)).invitations();

  auto const refused = sync_wait(as_result(foreign.revoke(made.record.id)));
  auto const missing = sync_wait(as_result(foreign.revoke(invitation_id{d.ids.next()})));

  EXPECT_EQ(refused.error(), missing.error());
  EXPECT_TRUE(sync_wait(foreign.list()).items.empty());
}

TEST(Invitations, HaveBounds) {
  desk d;
  auto const asked = d.as(d.user).invitations();

  for (auto const seconds : {-1, 0, 30 * 86'400 + 1})
    EXPECT_EQ(code_of(asked.create("a@b.example", member_role::member, std::chrono::seconds(seconds))),
              errc::invalid_argument);
  EXPECT_EQ(code_of(asked.create("not an address")), errc::invalid_argument);
}

TEST(Invitations, AreAThousandPendingOnesAtMost) {
  auto const time = std::make_shared<testing::manual_clock>();
  tests::desk_options options;
  options.clock = time;
  desk d(options);
  auto const asked = d.as(d.user).invitations();
  auto one = sync_wait(asked.create("a0@elsewhere.example", member_role::member, std::chrono::seconds(10))).record;
  batch many;
  for (int i = 1; i < 1'000; ++i) {
    one.id = invitation_id{d.ids.next()};
    one.email = "a" + std::to_string(i) + "@elsewhere.example";
    one.hash = token_hash(one.email);
    many.add(insert(one));
  }
  sync_wait(d.system_records<invitation>().write(std::move(many))).value();

  EXPECT_EQ(code_of(asked.create("late@elsewhere.example")), errc::quota_exceeded);

  time->advance(std::chrono::seconds(10));  // now they are over
  EXPECT_EQ(code_of(asked.create("late@elsewhere.example")), std::nullopt);
}

TEST(Invitations, AreAThousandPendingOnesAtMostHoweverManyAreMadeAtOnce) {
  tests::desk_options shared;
  shared.deployment = deployment::shared;
  desk here(shared);
  desk there(shared);
  auto one = sync_wait(here.as(here.user).invitations().create("a0@elsewhere.example")).record;
  batch many;
  for (int i = 1; i < 990; ++i) {
    one.id = invitation_id{here.ids.next()};
    one.email = "a" + std::to_string(i) + "@elsewhere.example";
    one.hash = token_hash(one.email);
    many.add(insert(one));
  }
  sync_wait(here.system_records<invitation>().write(std::move(many))).value();
  auto const another = here.add_user("bob");  // the cap is the tenant's, whoever invites

  auto const outcomes = tests::at_once(24, [&](std::size_t i) -> task<issued_invitation> {
    auto& where = i % 2 == 0 ? here : there;
    auto const asked = where.as(i % 3 == 0 ? another : here.user).invitations();
    co_return co_await asked.create("late" + std::to_string(i) + "@elsewhere.example");
  });

  EXPECT_EQ(tests::successes(outcomes), 10U);
  for (auto const& made : outcomes) EXPECT_TRUE(made || made.error().code == errc::quota_exceeded);
}

// How somebody's right to invite ends.
struct end_of_right {
  char const* name;
  void (*end)(desk& d, user_id of);
};

class InvitationsOf : public ::testing::TestWithParam<end_of_right> {};

TEST_P(InvitationsOf, WhoMayInviteNoMoreEndInTheSameBatch) {
  desk d;
  auto const bob = d.add_user("bob", member_role::admin);
  auto const guest = outsider(d, "guest");
  auto const bobs = d.as(bob, member_role::admin).invitations();
  auto const adas = sync_wait(d.as(d.user).invitations().create("other@elsewhere.example"));
  auto const made = sync_wait(bobs.create("guest@elsewhere.example"));
  auto const own = sync_wait(bobs.create("Bob@acme.example", member_role::admin));
  auto const before = d.revocations();

  GetParam().end(d, bob);

  EXPECT_EQ(d.revocations(), before + 1);
  auto const state_of = [&](issued_invitation const& one) {
    return sync_wait(d.system_records<invitation>().get(one.record.id)).value().state;
  };
  EXPECT_EQ(state_of(made), invitation_state::revoked);
  EXPECT_EQ(state_of(own), invitation_state::revoked);
  EXPECT_EQ(state_of(adas), invitation_state::pending);
  EXPECT_EQ(code_of(d.account(guest).accept_invitation(secret_of(made))), errc::not_found);
  EXPECT_EQ(code_of(d.account(bob).accept_invitation(secret_of(own))), errc::not_found);
  EXPECT_EQ(code_of(bobs.create("late@elsewhere.example")), errc::permission_denied);
}

INSTANTIATE_TEST_SUITE_P(
    Rights, InvitationsOf,
    ::testing::Values(
        end_of_right{"Removed", [](desk& d, user_id of) { sync_wait(d.as(d.user).members().remove(of)); }},
        end_of_right{"Left", [](desk& d, user_id of) { sync_wait(d.account(of).leave_tenant(d.tenant)); }},
        end_of_right{"Lowered",
                     [](desk& d, user_id of) { sync_wait(d.as(d.user).members().set_role(of, member_role::member)); }}),
    [](auto const& of) { return of.param.name; });

TEST(Invitations, OfAnOwnerWhoBecomesAnAdminEndWhereOnlyAnOwnerInvites) {
  desk d;
  auto const bob = d.add_user("bob");
  outsider(d, "guest");
  auto const bobs = d.as(bob).invitations();
  auto const as_owner = sync_wait(bobs.create("heir@elsewhere.example", member_role::owner));
  auto const as_admin = sync_wait(bobs.create("guest@elsewhere.example", member_role::admin));

  sync_wait(d.as(d.user).members().set_role(bob, member_role::admin));

  auto const invitations = d.system_records<invitation>();
  EXPECT_EQ(sync_wait(invitations.get(as_owner.record.id)).value().state, invitation_state::revoked);
  EXPECT_EQ(sync_wait(invitations.get(as_admin.record.id)).value().state, invitation_state::pending);
}

TEST(Invitations, ForAMemberEndWithTheirMembership) {
  desk d;
  auto const bob = d.add_user("bob", member_role::member);
  auto const made = sync_wait(d.as(d.user).invitations().create("bob@acme.example"));

  sync_wait(d.as(d.user).members().remove(bob));

  EXPECT_EQ(code_of(d.account(bob).accept_invitation(secret_of(made))), errc::not_found);
  auto const again = sync_wait(d.as(d.user).invitations().create("bob@acme.example"));
  EXPECT_EQ(code_of(d.account(bob).accept_invitation(secret_of(again))), std::nullopt);
}

// Whatever has become of their maker since, and however it was written.
TEST(Invitations, AreWorthWhatTheirMakerMayStillDo) {
  desk d;
  auto const bob = d.add_user("bob", member_role::admin);
  auto const guest = outsider(d, "guest");
  auto const made = sync_wait(d.as(bob, member_role::admin).invitations().create("guest@elsewhere.example"));
  auto const place = tests::membership_of(d, d.tenant, bob);
  auto const redeem = [&] { return code_of(d.account(guest).accept_invitation(secret_of(made))); };
  auto const sign_up = [&] {
    sign_up_request request("guest@elsewhere.example", tests::secret(tests::right_password));
    request.invitation = secret_of(made);
    auto auth = d.engine->auth();
    return code_of(auth.sign_up(std::move(request)));
  };

  auto const refused = [&] { return redeem() == errc::not_found && sign_up() == errc::permission_denied; };
  tests::elsewhere(d, update<membership>(place.id).set(&membership::role, member_role::member));
  EXPECT_TRUE(refused());
  tests::elsewhere(d, update<membership>(place.id).set(&membership::role, member_role::admin));
  tests::set_state(d, bob, user_state::suspended);
  EXPECT_TRUE(refused());
  tests::set_state(d, bob, user_state::active);
  sync_wait(d.as(d.user).members().suspend(bob));
  EXPECT_TRUE(refused());
  sync_wait(d.as(d.user).members().resume(bob));

  EXPECT_EQ(redeem(), std::nullopt);
}

TEST(Invitations, DoNotBringASuspendedMemberBack) {
  desk d;
  auto const bob = d.add_user("bob", member_role::member);
  auto const made = sync_wait(d.as(d.user).invitations().create("bob@acme.example"));
  sync_wait(d.as(d.user).members().suspend(bob));

  EXPECT_EQ(code_of(d.account(bob).accept_invitation(secret_of(made))), errc::not_found);
  sync_wait(d.account(bob).leave_tenant(d.tenant));

  EXPECT_EQ(code_of(d.account(bob).accept_invitation(secret_of(made))), errc::not_found);
}

TEST(Invitations, HaveExactlyOneWinnerAmongAThousandRedemptions) {
  desk d;
  auto const asked = d.as(d.user).invitations();
  std::vector<account> guests;
  std::vector<std::string> secrets;
  for (int i = 0; i < 100; ++i) {
    auto const name = "guest" + std::to_string(i);
    guests.push_back(d.account(outsider(d, name)));
    secrets.push_back(secret_of(sync_wait(asked.create(name + "@elsewhere.example"))));
  }
  std::vector<task<tenant_membership>> redeeming;
  for (int i = 0; i < 1'000; ++i) redeeming.push_back(guests[i % 100].accept_invitation(secrets[i % 100]));

  auto const outcomes = together(std::move(redeeming));

  std::vector<int> winners(100);
  for (int i = 0; i < 1'000; ++i) {
    if (outcomes[i]) ++winners[i % 100];
    else ASSERT_EQ(outcomes[i].error(), failure(errc::not_found, "not found"));
  }
  EXPECT_EQ(std::ranges::count(winners, 1), 100);
  EXPECT_EQ(d.all_of<membership>().size(), 201U);
}

}  // namespace
}  // namespace sambung::invitations_test
