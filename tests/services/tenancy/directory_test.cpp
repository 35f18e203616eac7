// Tenants, users and chats that an application knows by keys of its own.
#include "support/desk.hpp"
#include "support/people.hpp"
#include "support/together.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sambung::directory_test {
namespace {

using tests::code_of;
using tests::desk;

new_chat from(std::string title) { return new_chat(std::move(title), "scripted/model"); }

TEST(Directory, MakesATenantOnce) {
  desk d;
  auto const tenants = d.engine->tenants();
  tenant_id const id{d.ids.next()};

  auto const made = sync_wait(tenants.ensure(id, "globex"));
  auto const again = sync_wait(tenants.ensure(id, "another name"));

  EXPECT_EQ(made.id, id);
  EXPECT_EQ(again.name, "globex");
  EXPECT_EQ(sync_wait(tenants.get(id)).name, "globex");
  EXPECT_EQ(code_of(tenants.ensure(tenant_id{d.ids.next()}, "globex")), errc::already_exists);
  EXPECT_EQ(code_of(tenants.ensure(tenant_id{d.ids.next()}, "a\nb")), errc::invalid_argument);
}

TEST(Directory, RefusesWhatIsNoKeyAndSaysWhichMember) {
  desk d;
  auto const paths = [](auto operation) {
    auto const tried = sync_wait(as_result(std::move(operation)));
    return tried ? "none" : to_string(tried.error().code) == "invalid_argument" ? tried.error().issues.at(0).path : "?";
  };

  EXPECT_EQ(paths(d.engine->tenants().ensure(tenant_id(), "Nil")), "id");
  EXPECT_EQ(paths(d.engine->users().ensure(user_id(), "Nil")), "id");
  EXPECT_EQ(paths(d.engine->tenants().ensure("", "Nameless")), "externalId");
  EXPECT_EQ(paths(d.engine->users().ensure("", "Nameless")), "externalId");
  EXPECT_EQ(paths(d.engine->tenants().create("")), "name");
  EXPECT_EQ(paths(d.engine->tenants().rename(d.tenant, std::string(1'000, 'x'), 1)), "name");
}

TEST(Directory, FindsWhatItMadeByTheApplicationsKey) {
  desk d;

  auto const home = sync_wait(d.engine->tenants().ensure("customer-42", "Globex"));
  auto const ada = sync_wait(d.engine->users().ensure("agent-7", "Ada"));

  EXPECT_EQ(sync_wait(d.engine->tenants().ensure("customer-42", "Globex")).id, home.id);
  EXPECT_EQ(sync_wait(d.engine->tenants().find_external("customer-42")).id, home.id);
  EXPECT_EQ(sync_wait(d.engine->users().ensure("agent-7", "Ada")).id, ada.id);
  EXPECT_EQ(sync_wait(d.engine->users().find_external("agent-7")).name, "Ada");
  EXPECT_EQ(code_of(d.engine->tenants().find_external("customer-43")), errc::not_found);
  EXPECT_EQ(code_of(d.engine->users().find_external("")), errc::not_found);
  EXPECT_EQ(code_of(d.engine->tenants().ensure("", "Nameless")), errc::invalid_argument);
  EXPECT_EQ(code_of(d.engine->users().ensure(std::string(201, 'x'), "Long")), errc::invalid_argument);
}

// The ids that eight operations at once came to.
template <class R, class F>
std::set<uuid> asked_at_once(F ask) {
  std::vector<task<R>> all;
  for (int i = 0; i < 8; ++i) all.push_back(ask());
  std::set<uuid> ids;
  for (auto const& one : tests::together(std::move(all))) ids.insert(one.value().id.value);
  return ids;
}

TEST(Directory, GivesOneRowToManyWhoAskAtOnce) {
  desk d;
  auto const tenants = d.engine->tenants();
  auto const users = d.engine->users();
  auto const chats = d.chats();
  tenant_id const id{d.ids.next()};

  auto const by_id = asked_at_once<tenant>([&] { return tenants.ensure(id, "initech"); });
  auto const homes = asked_at_once<tenant>([&] { return tenants.ensure("customer-42", "Globex"); });
  auto const people = asked_at_once<user>([&] { return users.ensure("agent-7", "Ada"); });
  auto const tickets = asked_at_once<chat>([&] { return chats.ensure("ticket-1", from("Printer")); });

  EXPECT_EQ(by_id, std::set<uuid>{id.value});
  EXPECT_EQ(homes.size(), 1U);
  EXPECT_EQ(people.size(), 1U);
  EXPECT_EQ(tickets.size(), 1U);
  EXPECT_EQ(d.all_of<tenant>().size(), 3U);
  EXPECT_EQ(d.all_of<user>().size(), 2U);
  EXPECT_EQ(sync_wait(d.chats().list()).items.size(), 1U);
}

TEST(Directory, DoesNotReviveWhatIsBeingErased) {
  desk d;
  auto const home = sync_wait(d.engine->tenants().ensure("customer-42", "Globex"));
  auto going = update<tenant>(home.id).set(&tenant::state, tenant_state::deleting);
  sync_wait(d.system_records<tenant>().write(std::move(going))).value();

  EXPECT_EQ(code_of(d.engine->tenants().ensure("customer-42", "Globex")), errc::conflict);
  EXPECT_EQ(code_of(d.engine->tenants().ensure(home.id, "Globex")), errc::conflict);
}

TEST(Directory, KeepsKeysOfChatsApartByUserAndTenant) {
  desk d;
  auto const bob = d.add_user("bob", member_role::member);
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  auto const elsewhere = d.engine->workspace(principal::trusted(globex.id, d.user, member_role::member)).chats();
  auto const ours = sync_wait(d.chats().ensure("ticket-1", from("ours")));

  auto const theirs = sync_wait(elsewhere.ensure("ticket-1", from("theirs")));

  EXPECT_NE(theirs.id, ours.id);
  EXPECT_EQ(sync_wait(d.chats().find_external("ticket-1")).id, ours.id);
  EXPECT_EQ(code_of(d.chats_of(bob).find_external("ticket-1")), errc::not_found);
  EXPECT_EQ(code_of(d.chats_of(bob).ensure("ticket-1", from("Bob's"))), errc::already_exists);
}

TEST(Directory, FreesTheKeyOfARemovedChat) {
  desk d;
  auto const first = sync_wait(d.chats().ensure("ticket-1", from("first")));
  sync_wait(d.chats().remove(first.id));

  auto const second = sync_wait(d.chats().ensure("ticket-1", from("second")));

  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(second.external_id, "ticket-1");
}

TEST(Directory, KnowsUsersWithoutAnAddress) {
  desk d;
  auto const users = d.engine->users();

  auto const ada = sync_wait(users.ensure("agent-7", "Ada"));
  auto const eve = sync_wait(users.ensure(user_id{d.ids.next()}, "Eve"));
  sync_wait(users.join(d.tenant, ada.id, member_role::member));

  EXPECT_EQ(ada.email, std::nullopt);
  EXPECT_EQ(eve.email, std::nullopt);
  auto const members = sync_wait(d.as(d.user).members().list());
  ASSERT_EQ(members.items.size(), 2U);
  EXPECT_EQ(members.items[0].name, "Ada");
  EXPECT_EQ(members.items[0].email, std::nullopt);
  EXPECT_EQ(code_of(users.find("")), errc::invalid_argument);
  EXPECT_TRUE(sync_wait(users.renew_addresses()).empty());
  EXPECT_EQ(sync_wait(d.account(ada.id).profile()).name, "Ada");
  EXPECT_FALSE(sync_wait(d.account(ada.id).export_data()).items.empty());
}

TEST(Directory, LetsNobodySignInWithoutAnAddress) {
  desk d;
  auto const ada = sync_wait(d.engine->users().ensure("agent-7", "Ada"));
  sync_wait(d.engine->users().set_password(ada.id, secret_string("correct horse")));

  for (auto const* typed : {"", "agent-7", "Ada", "null"})
    EXPECT_EQ(code_of(d.engine->auth().sign_in(typed, secret_string("correct horse"))), errc::unauthenticated) << typed;
}

TEST(Directory, InvitesNobodyWithoutAnAddress) {
  desk d;
  auto const ada = sync_wait(d.engine->users().ensure("agent-7", "Ada"));
  auto const made = sync_wait(d.as(d.user).invitations().create("grace@acme.example"));

  EXPECT_EQ(code_of(d.account(ada.id).accept_invitation(std::string(made.secret.view()))), errc::not_found);
}

TEST(Directory, ErasesUsersWithoutAnAddress) {
  desk d;
  auto const ada = sync_wait(d.engine->users().ensure("agent-7", "Ada"));
  sync_wait(d.engine->users().join(d.tenant, ada.id, member_role::member));
  sync_wait(d.chats_of(ada.id).ensure("ticket-1", from("Printer")));

  sync_wait(d.account(ada.id).erase(secret_string()));

  EXPECT_EQ(code_of(d.engine->users().get(ada.id)), errc::not_found);
  EXPECT_TRUE(d.all_in<chat>(d.tenant).empty());
}

}  // namespace
}  // namespace sambung::directory_test
