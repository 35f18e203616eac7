// Whom an application vouches for acts only in a tenant that is there, and not while anything of theirs is suspended.
#include "support/desk.hpp"
#include "support/people.hpp"
#include "support/watched_storage.hpp"
#include "testing/probe.hpp"

#include <gtest/gtest.h>

namespace sambung::standing_test {
namespace {

using testing::probe_counter;
using tests::code_of;
using tests::desk;

tests::desk_options with_probes() {
  tests::desk_options options;
  options.modules = testing::probe_schema()->modules();
  return options;
}

// What somebody in a tenant may not do while they may not act, by every kind of verb.
std::vector<std::optional<errc>> refusals(workspace const& desk) {
  probe_counter const visits{"visits", 1, 0, ""};
  completion_request request;
  request.model = "scripted/model";
  return {code_of(desk.chats().list()),
          code_of(desk.chats().create("Test", "scripted/model")),
          code_of(desk.completions().complete(request)),
          code_of(desk.completions().models()),
          code_of(desk.keys().list()),
          code_of(desk.members().list()),
          code_of(desk.invitations().list()),
          code_of(desk.api_tokens().list()),
          code_of(desk.audit().list()),
          code_of(desk.usage().summary()),
          code_of(desk.quotas().list()),
          code_of(desk.tenant()),
          code_of(desk.records<probe_counter>().list(workspace_records<probe_counter>::all())),
          code_of(desk.records<probe_counter>().write(insert(visits)))};
}

void expect_everywhere(workspace const& desk, std::optional<errc> expected) {
  auto const all = refusals(desk);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], expected) << "verb " << i;
}

TEST(Standing, RefusesATenantWithoutARow) {
  desk d(with_probes());
  tenant_id const nowhere{d.ids.next()};
  auto const there = d.engine->workspace(principal::trusted(nowhere, d.user, member_role::owner));

  expect_everywhere(there, errc::not_found);
  auto const refused = sync_wait(as_result(there.chats().create("Test", "scripted/model")));
  EXPECT_NE(refused.error().message.find("tenants().ensure()"), std::string::npos) << refused.error().message;
  EXPECT_TRUE(d.all_in<chat>(nowhere).empty());

  sync_wait(d.engine->tenants().ensure(nowhere, "somewhere"));

  EXPECT_EQ(code_of(there.chats().create("Test", "scripted/model")), std::nullopt);
}

TEST(Standing, RefusesASuspendedTenantUntilItIsResumed) {
  desk d(with_probes());
  auto const mine = d.as(d.user);
  EXPECT_EQ(code_of(mine.chats().list()), std::nullopt);

  sync_wait(d.engine->tenants().suspend(d.tenant));
  expect_everywhere(mine, errc::permission_denied);

  sync_wait(d.engine->tenants().resume(d.tenant));
  EXPECT_EQ(code_of(mine.chats().list()), std::nullopt);
}

TEST(Standing, RefusesASuspendedUserWhereverTheyAct) {
  desk d(with_probes());
  auto const bob = d.add_user("bob");
  EXPECT_EQ(code_of(d.as(bob).chats().list()), std::nullopt);

  sync_wait(d.engine->users().suspend(bob));

  expect_everywhere(d.as(bob), errc::permission_denied);
  EXPECT_EQ(code_of(d.account(bob).profile()), errc::permission_denied);
  EXPECT_EQ(code_of(d.account(bob).create_tenant("globex")), errc::permission_denied);
  EXPECT_EQ(code_of(d.as(d.user).chats().list()), std::nullopt);
}

TEST(Standing, RefusesASuspendedMemberInThatTenant) {
  desk d(with_probes());
  auto const bob = d.add_user("bob", member_role::member);
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  auto const elsewhere = d.engine->workspace(principal::trusted(globex.id, bob, member_role::owner));

  sync_wait(d.as(d.user).members().suspend(bob));

  expect_everywhere(d.as(bob), errc::permission_denied);
  EXPECT_EQ(code_of(elsewhere.chats().list()), std::nullopt);
  EXPECT_EQ(code_of(d.account(bob).profile()), std::nullopt);
}

TEST(Standing, SeesWhatAnotherEngineSuspended) {
  auto const clock = std::make_shared<testing::manual_clock>();
  tests::desk_options options;
  options.clock = clock;
  desk d(options);
  EXPECT_EQ(code_of(d.chats().list()), std::nullopt);

  tests::set_state(d, d.tenant, tenant_state::suspended);
  ASSERT_TRUE(clock->wait_for_sleepers(5));  // five kinds of periodic work
  clock->advance(d.engine->auth().options().revocation_interval);

  EXPECT_TRUE(tests::eventually([&] { return code_of(d.chats().list()) == errc::permission_denied; }));
}

TEST(Standing, LetsUsersOfTheApplicationActWithoutARow) {
  desk d;
  user_id const stranger{d.ids.next()};

  EXPECT_EQ(code_of(d.chats_of(stranger, member_role::member).create("Test", "scripted/model")), std::nullopt);
}

TEST(Standing, IsAskedOfStorageOnce) {
  auto const watched = std::make_shared<tests::watched_storage>(tests::fresh_storage());
  tests::desk_options options;
  options.storage = watched;
  options.clock = std::make_shared<testing::manual_clock>();
  desk d(options);
  auto const chats = d.chats();
  auto const chat = d.new_chat();
  auto const reads_of_one = [&] {
    auto const before = watched->reads();
    sync_wait(chats.get(chat.id));
    return watched->reads() - before;
  };

  reads_of_one();

  EXPECT_EQ(reads_of_one(), 1);
}

TEST(Standing, LooksTheRoleOfAMemberUp) {
  desk d;
  auto const bob = d.add_user("bob", member_role::viewer);

  auto const his = sync_wait(d.engine->workspace(d.tenant, bob));

  EXPECT_EQ(his.who().role(), member_role::viewer);
  EXPECT_EQ(code_of(his.chats().create("Test", "scripted/model")), errc::permission_denied);
}

TEST(Standing, GivesNobodyElseAWorkspace) {
  desk d;
  auto const bob = d.add_user("bob", member_role::member);
  user_id const stranger{d.ids.next()};
  auto const code = [&](tenant_id home, user_id who) { return code_of(d.engine->workspace(home, who)); };

  EXPECT_EQ(code(d.tenant, stranger), errc::not_found);
  EXPECT_EQ(code(tenant_id{d.ids.next()}, d.user), errc::not_found);
  sync_wait(d.as(d.user).members().suspend(bob));
  EXPECT_EQ(code(d.tenant, bob), errc::permission_denied);
  sync_wait(d.engine->tenants().suspend(d.tenant));
  EXPECT_EQ(code(d.tenant, d.user), errc::permission_denied);
}

}  // namespace
}  // namespace sambung::standing_test
