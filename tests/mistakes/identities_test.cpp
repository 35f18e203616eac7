// Tenants, users and roles that an application has, forgets or mixes up.
#include "mistakes/mistake.hpp"

#include "support/together.hpp"

#include <set>

namespace sambung::identities_test {
namespace {

using tests::code_of;
using tests::code_thrown_by;
using tests::desk;
using tests::failure_thrown_by;
using tests::says;

TEST(Mistake, AWorkspaceThatIsEmptySaysSo) {
  desk d;
  workspace const nobodys;
  auto full = d.as(d.user);
  auto const moved = std::move(full);

  for (auto const* one : {&nobodys, static_cast<workspace const*>(&full)}) {
    EXPECT_EQ(code_thrown_by([&] { std::ignore = one->who(); }), errc::invalid_argument);
    EXPECT_EQ(code_thrown_by([&] { std::ignore = one->chats(); }), errc::invalid_argument);
    EXPECT_EQ(code_thrown_by([&] { std::ignore = one->permissions(); }), errc::invalid_argument);
    EXPECT_EQ(code_thrown_by([&] { std::ignore = one->now(); }), errc::invalid_argument);
    EXPECT_EQ(code_thrown_by([&] { std::ignore = one->new_id<chat_id>(); }), errc::invalid_argument);
    EXPECT_EQ(code_thrown_by([&] { sync_wait(one->tenant()); }), errc::invalid_argument);
    EXPECT_EQ(code_thrown_by([&] { std::ignore = one->records<chat>(); }), errc::invalid_argument);
  }
  EXPECT_EQ(sync_wait(moved.tenant()).id, d.tenant);
}

TEST(Mistake, AnIdentityThatIsEmptyMayDoNothing) {
  desk d;
  identity const nobody;

  EXPECT_EQ(code_of(d.engine->account(nobody).profile()), errc::permission_denied);
  EXPECT_EQ(code_of(d.engine->account(nobody).create_tenant("globex")), errc::permission_denied);
  EXPECT_FALSE(sync_wait(d.engine->auth().still_valid(nobody)));
  EXPECT_FALSE(nobody.acting());
}

TEST(Mistake, AnIdThatNobodyFilledInIsNobodysToActAs) {
  desk d;

  for (auto const& act :
       std::vector<std::function<void()>>{[&] { principal::trusted(tenant_id(), d.user, member_role::owner); },
                                          [&] { principal::trusted(d.tenant, user_id(), member_role::owner); },
                                          [] { identity::trusted(user_id()); }}) {
    auto const why = failure_thrown_by(act);
    ASSERT_TRUE(why);
    EXPECT_EQ(why->code, errc::invalid_argument);
    EXPECT_TRUE(says(why, "must not be nil"));
  }
}

TEST(Mistake, ATenantWithoutARowIsNotFoundByAnyVerb) {
  desk d;
  auto const nowhere = tenant_id{d.ids.next()};
  auto const at = d.engine->workspace(principal::trusted(nowhere, d.user, member_role::owner));

  EXPECT_EQ(code_of(at.chats().create("Test", "scripted/model")), errc::not_found);
  EXPECT_EQ(code_of(at.chats().list()), errc::not_found);
  EXPECT_EQ(code_of(at.usage().summary()), errc::not_found);
  EXPECT_EQ(code_of(d.engine->workspace(nowhere, d.user)), errc::not_found);
  EXPECT_TRUE(d.all_in<chat>(nowhere).empty()) << "no half of a tenant";
}

TEST(Mistake, ATenantOfOnesOwnDirectoryIsMadeOnceHoweverManyAsk) {
  desk d;
  auto const tenants = d.engine->tenants();
  std::vector<task<tenant>> all;
  for (int i = 0; i < 8; ++i) all.push_back(tenants.ensure("customer-42", "Globex"));

  std::set<uuid> ids;
  for (auto const& one : tests::together(std::move(all))) ids.insert(one.value().id.value);

  EXPECT_EQ(ids.size(), 1U);
}

TEST(Mistake, AUserOfAnotherTenantIsNoMember) {
  desk d;
  auto const globex = sync_wait(d.engine->tenants().create("globex"));

  EXPECT_EQ(code_of(d.engine->workspace(globex.id, d.user)), errc::not_found);
  EXPECT_EQ(code_of(d.engine->workspace(d.tenant, user_id{d.ids.next()})), errc::not_found);
}

TEST(Mistake, AnIdOfSomebodyElseIsNotFoundAndUnharmed) {
  desk d;
  auto const home = d.new_chat();
  auto const bob = d.add_user("bob");
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  auto const elsewhere = d.engine->workspace(principal::trusted(globex.id, d.user, member_role::owner));

  for (auto const& chats : {d.chats_of(bob), elsewhere.chats()}) {
    EXPECT_EQ(code_of(chats.get(home.id)), errc::not_found);
    EXPECT_EQ(code_of(chats.send(home.id, "hi")), errc::not_found);
    EXPECT_EQ(code_of(chats.rename(home.id, "Mine", 1)), errc::not_found);
    EXPECT_EQ(code_of(chats.remove(home.id)), errc::not_found);
  }
  EXPECT_EQ(sync_wait(d.chats().get(home.id)).revision, home.revision);
}

TEST(Mistake, ARoleIsLookedUpAndNotAssumed) {
  desk d;
  auto const eve = d.add_user("eve", member_role::viewer);

  auto const at = sync_wait(d.engine->workspace(d.tenant, eve));

  EXPECT_EQ(at.who().role(), member_role::viewer);
  EXPECT_EQ(code_of(at.chats().create("Test", "scripted/model")), errc::permission_denied);
}

TEST(Mistake, WhoIsSuspendedActsNoMoreWhoeverVouchesForThem) {
  desk d;
  auto const home = d.new_chat().id;
  auto const kept = d.chats();

  sync_wait(d.engine->users().suspend(d.user));
  EXPECT_EQ(code_of(kept.send(home, "hi")), errc::permission_denied);
  sync_wait(d.engine->users().resume(d.user));
  sync_wait(d.engine->tenants().suspend(d.tenant));
  EXPECT_EQ(code_of(kept.send(home, "hi")), errc::permission_denied);
  sync_wait(d.engine->tenants().resume(d.tenant));

  EXPECT_TRUE(tests::still_works(d));
}

TEST(Mistake, ATenantThatIsErasedWhileAnAnswerRunsEndsItAndLeavesNothing) {
  desk d;
  testing::gate never;
  d.model->push(testing::answer_script().text("half").wait(never));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  tests::read_first_text(turn);

  sync_wait(d.engine->tenants().erase(d.tenant));

  EXPECT_TRUE(code_of(std::move(turn).answer()));
  EXPECT_TRUE(d.all_in<message>(d.tenant).empty());
  EXPECT_EQ(code_of(d.chats().list()), errc::not_found);
}

TEST(Mistake, ANameThatIsTakenAndAnAddressThatIsNoneAreRefused) {
  desk d;

  EXPECT_EQ(code_of(d.engine->tenants().create("acme")), errc::already_exists);
  EXPECT_EQ(code_of(d.engine->tenants().create("")), errc::invalid_argument);
  EXPECT_EQ(code_of(d.engine->users().create(d.tenant, "ada@acme.example")), errc::already_exists);
  EXPECT_EQ(code_of(d.engine->users().create(d.tenant, "not an address")), errc::invalid_argument);
  EXPECT_EQ(d.all_of<user>().size(), 1U);
}

}  // namespace
}  // namespace sambung::identities_test
