// The audit log: who changed what, when, from where.
#include "support/desk.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace sambung::audit_test {
namespace {

using tests::code_of;
using tests::desk;

std::vector<std::string> actions(page<audit_entry> const& found) {
  std::vector<std::string> names;
  for (auto const& one : found.items) names.push_back(one.action);
  return names;
}

TEST(Audit, SaysWhoDidWhatFromWhere) {
  desk d;
  auto const bob = d.add_user("bob", member_role::member);
  auto const origin = std::make_shared<request_origin const>("192.0.2.7");
  auto const who = principal(d.tenant, d.user, member_role::owner, authentication::session).from(origin);
  sync_wait(d.engine->workspace(who).members().set_role(bob, member_role::admin));

  auto const entry = sync_wait(d.as(d.user).audit().list()).items.at(0);

  EXPECT_EQ(entry.action, "member.setRole");
  EXPECT_EQ(entry.actor_id, d.user);
  EXPECT_EQ(entry.tenant_id, d.tenant);
  EXPECT_EQ(entry.subject, to_string(bob));
  EXPECT_EQ(entry.detail, "member -> admin");
  EXPECT_EQ(entry.authenticated_by, "session");
  EXPECT_EQ(entry.address, "192.0.2.7");
}

TEST(Audit, NotesEveryChangeOfATenant) {
  desk d;
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  auto const eve = sync_wait(d.engine->users().create(globex.id, "eve@globex.example", member_role::owner)).id;
  auto const desk_of_eve = d.engine->workspace(principal::trusted(globex.id, eve, member_role::owner));
  sync_wait(d.engine->users().join(globex.id, d.user));
  sync_wait(desk_of_eve.rename_tenant("initech", globex.revision));
  auto const invited = sync_wait(desk_of_eve.invitations().create("a@b.example"));
  sync_wait(desk_of_eve.invitations().revoke(invited.record.id));
  auto const guest = d.add_user("guest");
  auto const again = sync_wait(desk_of_eve.invitations().create("guest@acme.example"));
  sync_wait(d.account(guest).accept_invitation(std::string(again.secret.view())));
  sync_wait(d.account(guest).leave_tenant(globex.id));
  sync_wait(desk_of_eve.members().remove(d.user));
  sync_wait(d.engine->tenants().suspend(globex.id));
  sync_wait(d.engine->tenants().resume(globex.id));

  auto noted = actions(sync_wait(desk_of_eve.audit().list()));

  std::ranges::reverse(noted);
  std::vector<std::string> const expected{"tenant.create",     "user.create",       "member.add",
                                          "tenant.update",     "invitation.create", "invitation.revoke",
                                          "invitation.create", "invitation.accept", "member.leave",
                                          "member.remove",     "tenant.suspend",    "tenant.resume"};
  EXPECT_EQ(noted, expected);
}

TEST(Audit, NotesWhatUsersDoAboutThemselvesWithoutSecrets) {
  desk d;
  auto const me = d.account(d.user);
  sync_wait(me.change_password(secret_string(), secret_string("correct horse")));
  sync_wait(me.revoke_session(d.add_session(d.user)));
  sync_wait(me.revoke_other_sessions());
  sync_wait(me.update(profile_update(1)));
  sync_wait(d.engine->users().set_password(d.user, secret_string("battery staple")));

  auto const mine = sync_wait(d.engine->audit().list(page_request(), d.user));

  std::vector<std::string> const expected{"user.updateSettings", "user.revokeOtherSessions", "user.revokeSession",
                                          "user.changePassword"};
  EXPECT_EQ(actions(mine), expected);
  EXPECT_EQ(mine.items[0].tenant_id, std::nullopt);
  auto const all = sync_wait(d.engine->audit().list());
  EXPECT_EQ(all.items[0].action, "user.setPassword");
  EXPECT_EQ(all.items[0].actor_id, std::nullopt);
  for (auto const& one : all.items) {
    auto const text = boost::json::serialize(to_json(one));
    EXPECT_EQ(text.find("correct horse"), std::string::npos);
    EXPECT_EQ(text.find("battery staple"), std::string::npos);
  }
}

TEST(Audit, IsReadByOwnersAndAdminsOfTheirTenantOnly) {
  desk d;
  sync_wait(d.engine->tenants().create("globex"));

  EXPECT_EQ(code_of(d.as(d.user, member_role::member).audit().list()), errc::permission_denied);
  EXPECT_EQ(code_of(d.as(d.user, member_role::viewer).audit().list()), errc::permission_denied);
  auto const seen = sync_wait(d.as(d.user, member_role::admin).audit().list());
  ASSERT_EQ(seen.items.size(), 2U);
  for (auto const& one : seen.items) EXPECT_EQ(one.tenant_id, d.tenant);
  EXPECT_EQ(sync_wait(d.engine->audit().list()).items.size(), 3U);
}

TEST(Audit, IsReadByActorAndByPages) {
  desk d;
  auto const bob = d.add_user("bob");
  for (int i = 0; i < 3; ++i) sync_wait(d.as(bob).invitations().create("a" + std::to_string(i) + "@b.example"));
  sync_wait(d.as(d.user).invitations().create("c@b.example"));
  auto const log = d.as(d.user).audit();

  auto const first = sync_wait(log.list(page_request(2), bob));
  auto const second = sync_wait(log.list(page_request(2, first.next_cursor), bob));

  EXPECT_EQ(first.items.size(), 2U);
  EXPECT_EQ(second.items.size(), 1U);
  EXPECT_FALSE(second.next_cursor);
  EXPECT_GT(first.items[0].id, first.items[1].id);
}

TEST(Audit, CutsWhatDoesNotFit) {
  desk d;
  auto const origin = std::make_shared<request_origin const>(std::string(63, 'a') + "\xc3\xa4");
  auto const who = principal(d.tenant, d.user, member_role::owner, authentication::jwt).from(origin);

  sync_wait(d.engine->workspace(who).invitations().create("a@b.example"));

  EXPECT_EQ(sync_wait(d.as(d.user).audit().list()).items.at(0).address, std::string(63, 'a'));
}

TEST(Audit, HasNoEntryOfAChangeThatDidNotHappen) {
  desk d;
  auto const before = sync_wait(d.engine->audit().list()).items.size();

  EXPECT_EQ(code_of(d.engine->tenants().create("acme")), errc::already_exists);
  EXPECT_EQ(code_of(d.engine->tenants().rename(d.tenant, "x", 77)), errc::conflict);
  EXPECT_EQ(code_of(d.as(d.user).members().remove(d.user)), errc::conflict);

  EXPECT_EQ(sync_wait(d.engine->audit().list()).items.size(), before);
}

}  // namespace
}  // namespace sambung::audit_test
