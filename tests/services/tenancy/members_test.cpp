// Members: who belongs to a tenant, and that an owner stays.
#include "support/people.hpp"

#include <gtest/gtest.h>

namespace sambung::members_test {
namespace {

using tests::code_of;
using tests::desk;
using tests::together;

std::size_t owners(desk& d) {
  auto const all = d.all_of<membership>();
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [](membership const& one) { return one.role == member_role::owner; }));
}

TEST(Members, AreSeenByEveryMemberOfTheirTenantAlone) {
  desk d;
  auto const bob = d.add_user("bob", member_role::viewer);
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  auto const eve = sync_wait(d.engine->users().create(globex.id, "eve@globex.example")).id;
  auto const members = d.as(bob, member_role::viewer).members();

  auto const all = sync_wait(members.list());

  ASSERT_EQ(all.items.size(), 2U);
  EXPECT_EQ(all.items[0].email, "bob@acme.example");
  EXPECT_EQ(all.items[1].role, member_role::owner);
  EXPECT_EQ(sync_wait(members.get(d.user)).email, "ada@acme.example");
  auto const foreign = sync_wait(as_result(members.get(eve)));
  auto const missing = sync_wait(as_result(members.get(user_id{d.ids.next()})));
  EXPECT_EQ(foreign.error(), missing.error());
  EXPECT_EQ(foreign.error().code, errc::not_found);
}

TEST(Members, AreManagedByAdminsExceptForOwners) {
  desk d;
  auto const bob = d.add_user("bob", member_role::member);
  auto const eve = d.add_user("eve", member_role::owner);
  auto const admin = d.as(bob, member_role::admin).members();
  auto const mere = d.as(bob, member_role::member).members();

  EXPECT_EQ(code_of(mere.set_role(bob, member_role::viewer)), errc::permission_denied);
  EXPECT_EQ(code_of(mere.remove(bob)), errc::permission_denied);
  EXPECT_EQ(code_of(admin.set_role(bob, member_role::owner)), errc::permission_denied);
  EXPECT_EQ(code_of(admin.set_role(eve, member_role::admin)), errc::permission_denied);
  EXPECT_EQ(code_of(admin.remove(eve)), errc::permission_denied);
  EXPECT_EQ(sync_wait(admin.set_role(bob, member_role::viewer)).role, member_role::viewer);
  sync_wait(admin.remove(bob));
  EXPECT_EQ(code_of(admin.get(bob)), errc::not_found);
}

TEST(Members, AreNotReachedFromAnotherTenant) {
  desk d;
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  auto const eve = sync_wait(d.engine->users().create(globex.id, "eve@globex.example", member_role::owner)).id;
  auto const foreign = d.engine->workspace(principal::trusted(globex.id, eve, member_role::owner)).members();

  EXPECT_EQ(code_of(foreign.set_role(d.user, member_role::viewer)), errc::not_found);
  EXPECT_EQ(code_of(foreign.remove(d.user)), errc::not_found);
  EXPECT_EQ(sync_wait(d.engine->users().role(d.tenant, d.user)), member_role::owner);
}

TEST(Members, KeepTheirLastOwner) {
  desk d;
  auto const members = d.as(d.user).members();
  d.add_user("bob", member_role::admin);

  EXPECT_EQ(code_of(members.set_role(d.user, member_role::admin)), errc::conflict);
  EXPECT_EQ(code_of(members.remove(d.user)), errc::conflict);
  EXPECT_EQ(code_of(d.account(d.user).leave_tenant(d.tenant)), errc::conflict);
  EXPECT_EQ(code_of(d.engine->users().erase(d.user)), errc::conflict);
  EXPECT_EQ(owners(d), 1U);
  EXPECT_EQ(sync_wait(d.engine->users().get(d.user)).state, user_state::active);
}

TEST(Members, TakeTheirTokensAndTheTenantOfTheirSessionsAlong) {
  desk d;
  auto const bob = d.add_user("bob", member_role::member);
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  sync_wait(d.engine->users().join(globex.id, bob));
  for (int i = 0; i < 250; ++i) sync_wait(d.engine->api_tokens().create(d.tenant, bob, "here"));
  sync_wait(d.engine->api_tokens().create(globex.id, bob, "there"));
  sync_wait(d.engine->api_tokens().create(d.tenant, d.user, "ada's"));
  auto const here = d.add_session(bob, d.tenant);
  auto const there = d.add_session(bob, globex.id);
  auto const before = d.revocations();

  sync_wait(d.as(d.user).members().remove(bob));

  EXPECT_EQ(d.all_of<api_token>().size(), 2U);
  EXPECT_EQ(sync_wait(d.system_records<session>().get(here)).value().tenant_id, std::nullopt);
  EXPECT_EQ(sync_wait(d.system_records<session>().get(there)).value().tenant_id, globex.id);
  EXPECT_EQ(d.revocations(), before + 1);
}

TEST(Members, DoNothingInTheTenantWhileTheyAreSuspended) {
  desk d;
  auto const bob = tests::add_person(d, "bob");
  auto const globex = tests::add_tenant(d, bob, "globex");
  auto auth = d.engine->auth();
  auto const in = sync_wait(auth.sign_in("bob@acme.example", tests::secret(tests::right_password)));
  auto const pair = sync_wait(auth.issue_tokens(in.session.id));
  auto const token = sync_wait(d.engine->api_tokens().create(d.tenant, bob, "bob's"));
  auto const who = sync_wait(auth.authenticate(in.token.view()));
  auto const members = d.as(d.user).members();
  EXPECT_EQ(code_of(auth.authenticate(token.secret)), std::nullopt);  // remembered from now on
  auto const revoked = d.revocations();

  EXPECT_EQ(sync_wait(members.suspend(bob)).state, membership_state::suspended);

  EXPECT_EQ(d.revocations(), revoked + 1);
  EXPECT_FALSE(sync_wait(auth.still_valid(who)));
  EXPECT_EQ(code_of(auth.authenticate(token.secret)), errc::unauthenticated);
  EXPECT_EQ(code_of(auth.authenticate(pair.access.view())), errc::unauthenticated);
  EXPECT_FALSE(sync_wait(auth.authenticate(in.token.view())).place());
  EXPECT_EQ(code_of(auth.authenticate(in.token.view(), d.tenant)), errc::permission_denied);
  EXPECT_EQ(sync_wait(auth.authenticate(in.token.view(), globex)).place()->tenant, globex);
  EXPECT_EQ(code_of(d.account(bob, in.session.id).switch_tenant(d.tenant)), errc::not_found);
  sync_wait(members.suspend(bob));  // once more does nothing
  EXPECT_EQ(d.revocations(), revoked + 1);

  EXPECT_EQ(sync_wait(members.resume(bob)).state, membership_state::active);

  EXPECT_EQ(code_of(auth.authenticate(token.secret)), std::nullopt);
  EXPECT_EQ(code_of(auth.authenticate(pair.access.view())), std::nullopt);
  EXPECT_EQ(sync_wait(auth.authenticate(in.token.view())).place()->tenant, d.tenant);
  auto const actions = tests::audited_actions(d);
  EXPECT_EQ(std::ranges::count(actions, "member.suspend"), 1);
  EXPECT_EQ(std::ranges::count(actions, "member.resume"), 1);
}

TEST(Members, AreSuspendedByThoseWhoManageThem) {
  desk d;
  auto const bob = d.add_user("bob", member_role::admin);
  auto const eve = d.add_user("eve", member_role::member);
  auto const owner = d.as(d.user).members();
  auto const admin = d.as(bob, member_role::admin).members();
  auto const mere = d.as(eve, member_role::member).members();

  EXPECT_EQ(code_of(mere.suspend(bob)), errc::permission_denied);
  EXPECT_EQ(code_of(mere.resume(bob)), errc::permission_denied);
  EXPECT_EQ(code_of(admin.suspend(d.user)), errc::permission_denied);
  EXPECT_EQ(code_of(owner.suspend(user_id{d.ids.next()})), errc::not_found);
  EXPECT_EQ(code_of(owner.suspend(d.user)), errc::conflict);  // the last owner
  EXPECT_EQ(sync_wait(admin.suspend(eve)).state, membership_state::suspended);
  EXPECT_EQ(sync_wait(admin.list()).items.front().state, membership_state::suspended);

  auto const second = d.add_user("second");
  sync_wait(owner.suspend(second));
  EXPECT_EQ(code_of(admin.resume(second)), errc::permission_denied);
  EXPECT_EQ(code_of(d.account(d.user).leave_tenant(d.tenant)), errc::conflict);  // the last owner who acts
  EXPECT_EQ(code_of(owner.set_role(d.user, member_role::admin)), errc::conflict);
}

TEST(Members, LoseTheirRunningTurnsThereWhenSuspendedOrRemoved) {
  for (bool const suspended : {true, false}) {
    desk d;
    auto const bob = d.add_user("bob", member_role::member);
    testing::gate never;
    d.model->push(testing::answer_script().text("Hel").wait(never));
    auto chats = d.chats_of(bob, member_role::member);
    auto const chat = sync_wait(chats.create("Test", "scripted/model"));
    auto turn = sync_wait(chats.send(chat.id, "?"));
    tests::read_first_text(turn);

    if (suspended) sync_wait(d.as(d.user).members().suspend(bob));
    else sync_wait(d.as(d.user).members().remove(bob));

    auto const end = tests::read_all(turn).end;
    ASSERT_TRUE(end);
    EXPECT_EQ(end->state, message_state::cancelled);
    never.open();
  }
}

TEST(Members, AreOneFewerWhenTwoOwnersLeaveAtOnce) {
  desk d;
  for (int round = 0; round < 50; ++round) {
    auto const second = d.add_user("owner" + std::to_string(round));
    auto const first = d.account(d.user);
    auto const other = d.account(second);
    std::vector<task<void>> leaving;
    leaving.push_back(first.leave_tenant(d.tenant));
    leaving.push_back(other.leave_tenant(d.tenant));

    auto const outcomes = together(std::move(leaving));

    ASSERT_EQ(tests::successes(outcomes), 1U);
    auto const& refused = outcomes[outcomes[0] ? 1 : 0].error();
    ASSERT_EQ(refused.code, errc::conflict) << refused.message;
    ASSERT_EQ(owners(d), 1U);
    if (outcomes[0]) d.user = second;
  }
}

TEST(Members, KeepAnOwnerHoweverManyGoAtOnceAndInWhateverWay) {
  desk d;
  std::vector<user_id> all(1, d.user);
  for (int i = 1; i < 24; ++i) all.push_back(d.add_user("owner" + std::to_string(i)));
  std::vector<account> accounts;
  for (auto const& one : all) accounts.push_back(d.account(one));
  auto const members = d.as(d.user).members();
  auto users = d.engine->users();
  auto const lower = [&](user_id who) -> task<void> { co_await members.set_role(who, member_role::member); };
  auto const erase = [&](user_id who) -> task<void> { co_await users.erase(who); };
  std::vector<task<void>> going;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % 4 == 0) going.push_back(accounts[i].leave_tenant(d.tenant));
    if (i % 4 == 1) going.push_back(members.remove(all[i]));
    if (i % 4 == 2) going.push_back(lower(all[i]));
    if (i % 4 == 3) going.push_back(erase(all[i]));
  }

  auto const outcomes = together(std::move(going));

  EXPECT_EQ(owners(d), 1U);
  EXPECT_EQ(tests::successes(outcomes), all.size() - 1);
  for (auto const& one : outcomes) EXPECT_TRUE(one || one.error().code == errc::conflict);
}

}  // namespace
}  // namespace sambung::members_test
