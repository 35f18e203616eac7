// Users: the operator's side.
#include "support/desk.hpp"

#include <sambung/records/password.hpp>
#include <sambung/records/refresh_token.hpp>

#include <gtest/gtest.h>

namespace sambung::users_test {
namespace {

using tests::code_of;
using tests::desk;

TEST(Users, AreMembersOfTheTenantTheyWereMadeIn) {
  desk d;
  auto const globex = sync_wait(d.engine->tenants().create("globex"));

  EXPECT_EQ(sync_wait(d.engine->users().role(d.tenant, d.user)), member_role::owner);
  EXPECT_EQ(code_of(d.engine->users().role(globex.id, d.user)), errc::not_found);
}

TEST(Users, AreListedWhateverTheirTenant) {
  desk d;
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  auto const bob = sync_wait(d.engine->users().create(globex.id, "bob@globex.example"));

  auto const all = sync_wait(d.engine->users().list(page_request()));

  ASSERT_EQ(all.items.size(), 2U);
  EXPECT_EQ(all.items[0].id, bob.id);
  EXPECT_EQ(all.items[1].id, d.user);
  EXPECT_FALSE(all.next_cursor);
}

TEST(Users, HaveUniqueAddressesWhateverTheirCase) {
  desk d;

  EXPECT_EQ(code_of(d.engine->users().create(d.tenant, "ADA@acme.example")), errc::already_exists);
  for (auto const* wrong : {"", "a", "@b", "a@", "a@b@c", "a b@c"})
    EXPECT_EQ(code_of(d.engine->users().create(d.tenant, wrong)), errc::invalid_argument) << wrong;
}

TEST(Users, JoinFurtherTenantsOnce) {
  desk d;
  auto const globex = sync_wait(d.engine->tenants().create("globex"));

  sync_wait(d.engine->users().join(globex.id, d.user, member_role::viewer));

  EXPECT_EQ(sync_wait(d.engine->users().role(globex.id, d.user)), member_role::viewer);
  EXPECT_EQ(code_of(d.engine->users().join(globex.id, d.user)), errc::already_exists);
  EXPECT_EQ(code_of(d.engine->users().join(tenant_id{d.ids.next()}, d.user)), errc::not_found);
  EXPECT_EQ(code_of(d.engine->users().join(globex.id, user_id{d.ids.next()})), errc::not_found);
}

TEST(Users, AreNotMadeInATenantThatIsNotThere) {
  desk d;

  EXPECT_EQ(code_of(d.engine->users().create(tenant_id{d.ids.next()}, "bob@acme.example")), errc::not_found);
  EXPECT_EQ(code_of(d.engine->users().find("bob@acme.example")), errc::not_found);
}

TEST(Users, LoseTheirRunningTurnsWhenSuspended) {
  desk d;
  testing::gate never;
  d.model->push(testing::answer_script().text("Hel").wait(never));
  auto const chat = d.new_chat();
  auto turn = sync_wait(d.chats().send(chat.id, "?"));
  tests::read_first_text(turn);
  auto const before = d.revocations();

  auto const suspended = sync_wait(d.engine->users().suspend(d.user));

  EXPECT_EQ(suspended.state, user_state::suspended);
  EXPECT_GT(d.revocations(), before);
  EXPECT_EQ(tests::read_all(turn).end.value().state, message_state::cancelled);
  EXPECT_EQ(sync_wait(d.engine->users().resume(d.user)).state, user_state::active);
  never.open();
}

TEST(Users, LoseEverySessionWithANewPassword) {
  desk d;
  auto const bob = d.add_user("bob");
  for (int i = 0; i < 3; ++i) d.add_session(d.user);
  auto const bobs = d.add_session(bob);
  refresh_token family;
  family.id = refresh_token_id{d.ids.next()};
  family.session_id = d.add_session(d.user);
  family.hash = token_hash("a");
  sync_wait(d.system_records<refresh_token>().write(insert(family))).value();
  auto const before = d.revocations();

  sync_wait(d.engine->users().set_password(d.user, secret_string("correct horse")));
  sync_wait(d.engine->users().set_password(d.user, secret_string("battery staple")));

  auto const left = d.all_of<session>();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.front().id, bobs);
  EXPECT_TRUE(d.all_of<refresh_token>().empty());
  EXPECT_EQ(d.revocations(), before + 2);
  auto const stored = d.all_of<password>();
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_TRUE(check_password(stored.front().hash, "battery staple", 4).right);
}

TEST(Users, HaveNoPasswordThatIsTooShort) {
  desk d;

  EXPECT_EQ(code_of(d.engine->users().set_password(d.user, secret_string("seven77"))), errc::invalid_argument);
  EXPECT_EQ(code_of(d.engine->users().set_password(user_id{d.ids.next()}, secret_string("long enough"))),
            errc::not_found);
}

}  // namespace
}  // namespace sambung::users_test
