// Accounts: what users do about themselves.
#include "core/base64url.hpp"
#include "support/people.hpp"

#include <sambung/limiter/account_limit.hpp>
#include <sambung/records/password.hpp>
#include <sambung/records/refresh_token.hpp>

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include <set>

namespace sambung::account_test {
namespace {

using tests::code_of;
using tests::desk;

std::vector<exported_record> export_all(account const& who, std::size_t page_size) {
  std::vector<exported_record> all;
  page_request which(page_size);
  do {
    auto found = sync_wait(who.export_data(which));
    EXPECT_LE(found.items.size(), page_size);
    all.insert(all.end(), found.items.begin(), found.items.end());
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
  return all;
}

TEST(Account, ShowsAndChangesTheProfile) {
  desk d;
  auto const me = d.account(d.user);
  profile_update changes(sync_wait(me.profile()).revision);
  changes.name = "Ada";
  changes.image = "https://example.com/ada.png";
  changes.settings = boost::json::object({{"theme", "dark"}});

  auto const changed = sync_wait(me.update(changes));

  auto const stored = sync_wait(me.profile());
  EXPECT_EQ(stored.name, "Ada");
  EXPECT_EQ(stored.image, "https://example.com/ada.png");
  EXPECT_EQ(boost::json::serialize(stored.settings), R"({"theme":"dark"})");
  EXPECT_EQ(stored.revision, changed.revision);
  EXPECT_TRUE(stored.updated_at);
  EXPECT_EQ(code_of(me.update(changes)), errc::conflict);
  profile_update plain(changed.revision);
  plain.image = "";
  EXPECT_EQ(sync_wait(me.update(plain)).image, std::nullopt);
  EXPECT_EQ(sync_wait(me.profile()).name, "Ada");
}

TEST(Account, ChangesTheProfileAsItIsNowForACallerWhoSawNoRevision) {
  desk d;
  auto const me = d.account(d.user);
  profile_update changes;
  changes.name = "Ada";

  EXPECT_EQ(code_of(me.update(changes)), errc::conflict);
  auto const changed = sync_wait(me.update_latest(changes));

  EXPECT_EQ(changed.name, "Ada");
  EXPECT_EQ(sync_wait(me.profile()).revision, changed.revision);
}

TEST(Account, TakesNoProfileThatIsNotOne) {
  desk d;
  auto const me = d.account(d.user);
  profile_update wrong(1);
  wrong.name = "a\r\nb";
  wrong.image = "javascript:alert(1)";
  wrong.settings = boost::json::object({{"a", std::string(16 * 1'024, 'x')}});

  auto const refused = sync_wait(as_result(me.update(wrong)));

  ASSERT_EQ(refused.error().code, errc::invalid_argument);
  ASSERT_EQ(refused.error().issues.size(), 3U);
  EXPECT_EQ(refused.error().issues[0].path, "name");
  EXPECT_EQ(refused.error().issues[1].path, "image");
  EXPECT_EQ(refused.error().issues[2].path, "settings");
  profile_update fits(1);
  fits.settings = boost::json::object({{"a", std::string(16 * 1'024 - 8, 'x')}});
  EXPECT_EQ(code_of(me.update(fits)), std::nullopt);
}

TEST(Account, ChangesThePasswordAndEndsEveryOtherSession) {
  desk d;
  sync_wait(d.engine->users().set_password(d.user, secret_string("correct horse")));
  auto const mine = d.add_session(d.user);
  refresh_token family;
  family.session_id = d.add_session(d.user);
  family.id = refresh_token_id{d.ids.next()};
  family.hash = token_hash("a");
  sync_wait(d.system_records<refresh_token>().write(insert(family))).value();
  auto const me = d.account(d.user, mine);
  auto const before = d.revocations();

  auto const wrong = sync_wait(as_result(me.change_password(secret_string("wrong"), secret_string("battery staple"))));
  sync_wait(me.change_password(secret_string("correct horse"), secret_string("battery staple")));

  EXPECT_EQ(wrong.error().code, errc::invalid_argument);
  EXPECT_EQ(wrong.error().issues.at(0).path, "currentPassword");
  ASSERT_EQ(d.all_of<session>().size(), 1U);
  EXPECT_EQ(d.all_of<session>().front().id, mine);
  EXPECT_TRUE(d.all_of<refresh_token>().empty());
  EXPECT_EQ(d.revocations(), before + 1);
  EXPECT_TRUE(check_password(d.all_of<password>().front().hash, "battery staple", 4).right);
}

// Whatever checks a password is an attempt at the account, and what fails is noted.
TEST(Account, BoundsAndNotesTheGuessesOfWhoHasASession) {
  desk d;
  d.add_user("bob");
  sync_wait(d.engine->users().set_password(d.user, secret_string("correct horse")));
  rate_limit const twice(1.0 / 3'600, 2);
  request_origin from("203.0.113.1");
  from.attempts =
      std::make_shared<account_limit const>(local_limiter(system_clock()), account_rates(twice, rate_limit(), twice));
  identity const thief(d.user, authentication::session, tenant_place(d.tenant, member_role::owner),
                       permission_set::all(), d.add_session(d.user));
  auto const me = d.engine->account(thief.from(std::make_shared<request_origin const>(from)));
  auto const failed = [&](std::string_view action) {
    return std::ranges::count_if(d.all_of<audit_entry>(), [&](audit_entry const& one) {
      return one.action == action && one.subject == to_string(d.user) && one.tenant_id == d.tenant &&
             one.address == "203.0.113.1" && !one.actor_id;
    });
  };

  EXPECT_EQ(code_of(me.change_password(secret_string("a guess"), secret_string("battery staple"))),
            errc::invalid_argument);
  EXPECT_EQ(code_of(me.erase(secret_string("a guess"))), errc::invalid_argument);
  EXPECT_EQ(code_of(me.change_password(secret_string("correct horse"), secret_string("battery staple"))),
            errc::rate_limited);
  EXPECT_EQ(code_of(me.erase(secret_string("correct horse"))), errc::rate_limited);
  auto auth = d.engine->auth();
  EXPECT_EQ(code_of(auth.sign_in("ada@acme.example", secret_string("correct horse"), from)), errc::rate_limited);

  EXPECT_TRUE(tests::eventually(
      [&] { return failed("user.changePassword.failed") == 1 && failed("user.delete.failed") == 1; }));
}

TEST(Account, EndsMoreSessionsThanOneBatchHolds) {
  desk d;
  sync_wait(d.engine->users().set_password(d.user, secret_string("correct horse")));
  auto const mine = d.add_session(d.user);
  batch many;
  for (int i = 0; i < 6'000; ++i) {
    session one;
    one.id = session_id{d.ids.next()};
    one.user_id = d.user;
    one.hash = token_hash(std::to_string(i));
    many.add(insert(one));
  }
  sync_wait(d.system_records<session>().write(std::move(many))).value();

  sync_wait(d.account(d.user, mine).change_password(secret_string("correct horse"), secret_string("battery staple")));

  EXPECT_EQ(d.all_of<session>().size(), 1U);
}

TEST(Account, GetsAFirstPasswordOnlyFromTheApplication) {
  desk d;
  auto const mine = d.add_session(d.user);
  auto const signed_in = d.account(d.user, mine);
  auto const trusted = d.account(d.user);

  EXPECT_EQ(code_of(signed_in.change_password(secret_string(), secret_string("battery staple"))),
            errc::invalid_argument);
  EXPECT_EQ(code_of(trusted.change_password(secret_string(), secret_string("battery staple"))), std::nullopt);
  EXPECT_EQ(code_of(trusted.change_password(secret_string(), secret_string("another one"))), errc::invalid_argument);
}

TEST(Account, ListsAndRevokesItsOwnSessions) {
  desk d;
  auto const bob = d.add_user("bob");
  auto const mine = d.add_session(d.user);
  auto const other = d.add_session(d.user);
  auto const third = d.add_session(d.user);
  auto const bobs = d.add_session(bob);
  auto const me = d.account(d.user, mine);

  EXPECT_EQ(sync_wait(me.sessions()).items.size(), 3U);
  auto const foreign = sync_wait(as_result(me.revoke_session(bobs)));
  auto const missing = sync_wait(as_result(me.revoke_session(session_id{d.ids.next()})));
  EXPECT_EQ(foreign.error(), missing.error());
  auto const before = d.revocations();
  sync_wait(me.revoke_session(other));
  EXPECT_EQ(d.revocations(), before + 1);
  EXPECT_EQ(sync_wait(me.sessions()).items.size(), 2U);
  sync_wait(me.revoke_other_sessions());
  ASSERT_EQ(sync_wait(me.sessions()).items.size(), 1U);
  EXPECT_EQ(sync_wait(me.sessions()).items.front().id, mine);
  EXPECT_EQ(code_of(me.revoke_session(third)), errc::not_found);
}

TEST(Account, MakesTenantsWhereSignUpIsOpen) {
  desk d;
  auto const mine = d.add_session(d.user);

  EXPECT_EQ(code_of(d.account(d.user, mine).create_tenant("globex")), errc::permission_denied);
  auto const made = sync_wait(d.account(d.user).create_tenant("globex"));

  EXPECT_EQ(sync_wait(d.engine->users().role(made.id, d.user)), member_role::owner);
  auto const all = sync_wait(d.account(d.user).tenants()).items;
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].tenant.id, made.id);
  EXPECT_EQ(all[1].tenant.id, d.tenant);
}

TEST(Account, SwitchesAmongItsTenantsOnly) {
  desk d;
  auto const mine = d.add_session(d.user, d.tenant);
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  auto const foreign = sync_wait(d.engine->tenants().create("initech"));
  sync_wait(d.engine->users().join(globex.id, d.user, member_role::viewer));
  auto const me = d.account(d.user, mine);

  auto const moved = sync_wait(me.switch_tenant(globex.id));

  EXPECT_EQ(moved.place().value().tenant, globex.id);
  EXPECT_EQ(moved.place().value().role, member_role::viewer);
  EXPECT_EQ(sync_wait(d.system_records<session>().get(mine)).value().tenant_id, globex.id);
  auto const refused = sync_wait(as_result(me.switch_tenant(foreign.id)));
  auto const missing = sync_wait(as_result(me.switch_tenant(tenant_id{d.ids.next()})));
  EXPECT_EQ(refused.error(), missing.error());
  sync_wait(d.engine->tenants().suspend(d.tenant));
  EXPECT_EQ(code_of(me.switch_tenant(d.tenant)), errc::not_found);
  EXPECT_EQ(sync_wait(d.system_records<session>().get(mine)).value().tenant_id, globex.id);
}

TEST(Account, DoesNothingWithATokenThatLacksThePermission) {
  desk d;
  identity const scoped(d.user, authentication::api_token, tenant_place(d.tenant, member_role::owner),
                        permission_set({permission::chat_read}));
  auto const me = d.engine->account(scoped);
  identity const full(d.user, authentication::api_token, tenant_place(d.tenant, member_role::owner));

  EXPECT_EQ(code_of(me.profile()), errc::permission_denied);
  EXPECT_EQ(code_of(me.update(profile_update(1))), errc::permission_denied);
  EXPECT_EQ(code_of(me.sessions()), errc::permission_denied);
  EXPECT_EQ(code_of(me.export_data()), errc::permission_denied);
  EXPECT_EQ(code_of(me.erase(secret_string())), errc::permission_denied);
  EXPECT_EQ(code_of(me.leave_tenant(d.tenant)), errc::permission_denied);
  EXPECT_EQ(code_of(d.engine->account(full).switch_tenant(d.tenant)), errc::permission_denied);
}

TEST(Account, ExportsEverythingOfItsUserAndNothingElse) {
  desk d;
  auto const bob = d.add_user("bob");
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  sync_wait(d.engine->users().join(globex.id, d.user));
  for (int i = 0; i < 3; ++i) {
    d.model->push(tests::say("mine"));
    auto const chat = d.new_chat();
    auto turn = sync_wait(d.chats().send(chat.id, "my question"));
    sync_wait(turn.answer());
  }
  sync_wait(d.engine->workspace(principal::trusted(globex.id, d.user, member_role::owner))
                .chats()
                .create("there", "scripted/model"));
  auto const bobs = sync_wait(d.chats_of(bob).create("bob's secret", "scripted/model"));
  sync_wait(d.engine->users().set_password(d.user, secret_string("correct horse")));
  d.add_session(d.user);
  d.add_session(bob);
  sync_wait(d.engine->api_tokens().create(d.tenant, d.user, "laptop"));
  sync_wait(d.engine->shutdown());

  for (std::size_t const page_size : {1, 3, 200}) {
    auto const all = export_all(d.account(d.user), page_size);
    std::map<std::string, int> rows;
    std::string text;
    for (auto const& one : all) {
      ++rows[one.table];
      text += boost::json::serialize(one.record);
    }
    EXPECT_EQ(rows["users"], 1);
    EXPECT_EQ(rows["memberships"], 2);
    EXPECT_EQ(rows["sessions"], 1);
    EXPECT_EQ(rows["chats"], 4);
    EXPECT_EQ(rows["messages"], 6);
    EXPECT_EQ(rows["usage_counters"], 1);
    EXPECT_EQ(rows["api_tokens"], 1);
    EXPECT_EQ(rows.count("passwords"), 0U);
    EXPECT_EQ(text.find("bob"), std::string::npos);
    EXPECT_EQ(text.find("hash"), std::string::npos);
    EXPECT_EQ(text.find(to_string(bobs.id)), std::string::npos);
  }
}

TEST(Account, ExportsNothingForeignWhateverTheCursorSays) {
  desk d;
  auto const bob = d.add_user("bob");
  auto const bobs = sync_wait(d.chats_of(bob).create("bob's secret", "scripted/model"));
  d.model->push(tests::say("bob's answer"));
  auto turn = sync_wait(d.chats_of(bob).send(bobs.id, "bob's question"));
  sync_wait(turn.answer());
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  auto const me = d.account(d.user);
  auto const forged = [](std::string const& path, tenant_id tenant, std::string const& above, std::string const& rest) {
    return to_base64url(path + '|' + to_string(tenant) + '|' + above + '|' + rest);
  };
  // A place in the list of one's own chats, at a chat of somebody else's.
  query q = collection<chat>::where(&chat::owner_id, d.user).where(where(&chat::state, chat_state::active));
  std::vector<std::string> by_key;
  q = std::move(q).order(std::move(by_key), direction::ascending);
  row const at_bobs(1, value(bobs.id.value));
  auto const place = detail::encode_cursor(at_bobs, q, description_of<chat>());

  int taken = 0;
  for (auto const* path : {"", "users", "memberships", "sessions", "chats", "chats/messages", "messages", "api_tokens",
                           "usage_counters", "chats/messages/turn_chunks", "passwords"})
    for (auto const& where : {d.tenant, globex.id})
      for (auto const& above : {place, std::string(), std::string("x"), place + '/' + place})
        for (auto const& rest : {std::string(), std::string("AAAA"), std::string("|"), place}) {
          page_request const which(200, forged(path, where, above, rest));
          auto const got = sync_wait(as_result(me.export_data(which)));
          if (!got) {
            ASSERT_EQ(got.error().code, errc::invalid_argument);
            continue;
          }
          ++taken;
          for (auto const& one : got->items)
            ASSERT_EQ(boost::json::serialize(one.record).find("bob's"), std::string::npos) << path;
        }
  EXPECT_GT(taken, 5);  // some are well-formed, and among them one that opens bob's chat
  for (auto const* wrong : {"", "x", "!", "AAAA"})
    EXPECT_EQ(code_of(me.export_data(page_request(10, wrong))), errc::invalid_argument) << wrong;
}

TEST(Account, IsErasedWithItsPassword) {
  desk d;
  d.add_user("bob");
  sync_wait(d.engine->users().set_password(d.user, secret_string("correct horse")));
  auto const me = d.account(d.user, d.add_session(d.user));

  auto const wrong = sync_wait(as_result(me.erase(secret_string("wrong"))));
  sync_wait(me.erase(secret_string("correct horse")));

  EXPECT_EQ(wrong.error().code, errc::invalid_argument);
  EXPECT_EQ(code_of(d.engine->users().get(d.user)), errc::not_found);
  EXPECT_TRUE(d.all_of<session>().empty());
  EXPECT_TRUE(d.all_of<password>().empty());
}

TEST(Account, ExportsLargeRecordsInShortPages) {
  desk d;
  auto const chat = d.new_chat();
  std::string const large(600'000, 'q');
  for (int i = 0; i < 4; ++i) {
    d.model->push(tests::say("a"));
    auto turn = sync_wait(d.chats().send(chat.id, large));
    sync_wait(turn.answer());
  }

  std::size_t messages = 0;
  page_request which(max_page_size);
  do {
    auto const found = sync_wait(d.account(d.user).export_data(which));
    std::size_t bytes = 0;
    for (auto const& one : found.items) {
      bytes += boost::json::serialize(one.record).size();
      if (one.table == "messages") ++messages;
    }
    EXPECT_LT(bytes, 2 * max_read_bytes);
    which.cursor = found.next_cursor;
  } while (which.cursor);
  EXPECT_EQ(messages, 8U);
}

}  // namespace
}  // namespace sambung::account_test
