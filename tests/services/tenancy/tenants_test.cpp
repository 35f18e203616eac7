// Tenants: the operator's side, and what a workspace may do with its own.
#include "support/desk.hpp"

#include <gtest/gtest.h>

namespace sambung::tenants_test {
namespace {

using tests::code_of;
using tests::desk;

TEST(Tenants, HaveUniqueNames) {
  desk d;

  EXPECT_EQ(code_of(d.engine->tenants().create("acme")), errc::already_exists);
  EXPECT_EQ(code_of(d.engine->tenants().create("")), errc::invalid_argument);
  EXPECT_EQ(sync_wait(d.engine->tenants().find("acme")).id, d.tenant);
}

TEST(Tenants, AreListedPageByPage) {
  desk d;
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  page_request which(1);

  auto const first = sync_wait(d.engine->tenants().list(which));
  which.cursor = first.next_cursor;
  auto const second = sync_wait(d.engine->tenants().list(which));

  ASSERT_EQ(first.items.size(), 1U);
  ASSERT_EQ(second.items.size(), 1U);
  EXPECT_EQ(first.items[0].id, globex.id);
  EXPECT_EQ(second.items[0].id, d.tenant);
  EXPECT_FALSE(second.next_cursor);
}

TEST(Tenants, HaveNoControlCharactersInTheirNames) {
  desk d;

  for (auto const* wrong : {"a\nb", "\x1b[31m", "a\x7f"})
    EXPECT_EQ(code_of(d.engine->tenants().create(wrong)), errc::invalid_argument);
}

TEST(Tenants, AreRenamedOnlyFromTheRevisionThatWasSeen) {
  desk d;
  auto const seen = sync_wait(d.engine->tenants().get(d.tenant));

  auto const renamed = sync_wait(d.engine->tenants().rename(d.tenant, "acme gmbh", seen.revision));

  EXPECT_EQ(renamed.name, "acme gmbh");
  EXPECT_EQ(sync_wait(d.engine->tenants().find("acme gmbh")).revision, renamed.revision);
  EXPECT_EQ(code_of(d.engine->tenants().rename(d.tenant, "late", seen.revision)), errc::conflict);
}

TEST(Tenants, AreNotRenamedToATakenName) {
  desk d;
  sync_wait(d.engine->tenants().create("globex"));

  EXPECT_EQ(code_of(d.engine->tenants().rename(d.tenant, "globex", 1)), errc::already_exists);
}

TEST(Tenants, AreSuspendedAndResumedAndStayWhatTheyWere) {
  desk d;
  auto const before = d.revocations();

  auto const suspended = sync_wait(d.engine->tenants().suspend(d.tenant));
  auto const again = sync_wait(d.engine->tenants().suspend(d.tenant));
  auto const resumed = sync_wait(d.engine->tenants().resume(d.tenant));

  EXPECT_EQ(suspended.state, tenant_state::suspended);
  EXPECT_EQ(again.revision, suspended.revision);
  EXPECT_EQ(resumed.state, tenant_state::active);
  EXPECT_GT(d.revocations(), before);
}

TEST(Tenants, AreSuspendedAndResumedByTheirOwners) {
  desk d;
  auto const bob = d.add_user("bob", member_role::admin);
  auto const session = d.add_session(d.user, d.tenant);
  auto const outsider = sync_wait(d.engine->users().create(sync_wait(d.engine->tenants().create("globex")).id,
                                                           "eve@globex.example", member_role::owner));

  EXPECT_EQ(code_of(d.as(bob, member_role::admin).suspend_tenant()), errc::permission_denied);
  auto const suspended = sync_wait(d.as(d.user).suspend_tenant());

  EXPECT_EQ(suspended.state, tenant_state::suspended);
  EXPECT_EQ(suspended.suspended_by, d.user);
  EXPECT_EQ(code_of(d.account(bob).resume_tenant(d.tenant)), errc::permission_denied);
  EXPECT_EQ(code_of(d.account(outsider.id).resume_tenant(d.tenant)), errc::not_found);
  auto const resumed = sync_wait(d.account(d.user, session).resume_tenant(d.tenant));
  EXPECT_EQ(resumed.state, tenant_state::active);
  EXPECT_EQ(resumed.suspended_by, std::nullopt);
  EXPECT_EQ(sync_wait(d.engine->tenants().get(d.tenant)).revision, resumed.revision);
}

TEST(Tenants, ThatTheOperatorSuspendedAreResumedByTheOperatorAlone) {
  desk d;
  sync_wait(d.as(d.user).suspend_tenant());
  sync_wait(d.engine->tenants().suspend(d.tenant));  // whoever did before

  EXPECT_EQ(code_of(d.account(d.user).resume_tenant(d.tenant)), errc::permission_denied);
  principal const from_before(d.tenant, d.user, member_role::owner, authentication::session);
  sync_wait(d.engine->workspace(from_before).suspend_tenant());
  EXPECT_EQ(code_of(d.account(d.user).resume_tenant(d.tenant)), errc::permission_denied);

  EXPECT_EQ(sync_wait(d.engine->tenants().resume(d.tenant)).state, tenant_state::active);
  EXPECT_EQ(sync_wait(d.account(d.user).resume_tenant(d.tenant)).state, tenant_state::active);
}

TEST(Tenants, LoseTheirRunningTurnsWhenSuspended) {
  desk d;
  testing::gate never;
  d.model->push(testing::answer_script().text("Hel").wait(never));
  auto const chat = d.new_chat();
  auto turn = sync_wait(d.chats().send(chat.id, "?"));
  tests::read_first_text(turn);

  sync_wait(d.engine->tenants().suspend(d.tenant));

  auto const end = tests::read_all(turn).end;
  ASSERT_TRUE(end);
  EXPECT_EQ(end->state, message_state::cancelled);
  never.open();
}

TEST(Tenants, AreReachedFromAWorkspaceAsFarAsTheRoleAllows) {
  desk d;
  auto const seen = sync_wait(d.as(d.user, member_role::viewer).tenant());

  EXPECT_EQ(seen.id, d.tenant);
  EXPECT_EQ(code_of(d.as(d.user, member_role::member).rename_tenant("x", seen.revision)), errc::permission_denied);
  EXPECT_EQ(sync_wait(d.as(d.user, member_role::admin).rename_tenant("x", seen.revision)).name, "x");
  EXPECT_EQ(code_of(d.as(d.user, member_role::admin).erase_tenant()), errc::permission_denied);
  sync_wait(d.as(d.user, member_role::owner).erase_tenant());
  EXPECT_EQ(code_of(d.engine->tenants().get(d.tenant)), errc::not_found);
}

}  // namespace
}  // namespace sambung::tenants_test
