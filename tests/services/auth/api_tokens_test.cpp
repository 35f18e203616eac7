// API tokens: made by their users, limited to what those may do.
#include "support/people.hpp"
#include "support/watched_storage.hpp"

#include <sambung/records/api_token.hpp>
#include <sambung/security/token.hpp>

#include <gtest/gtest.h>

namespace sambung::api_tokens_test {
namespace {

using namespace tests;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

desk_options on(std::shared_ptr<sambung::clock> time) {
  desk_options options;
  options.clock = std::move(time);
  return options;
}

own_api_tokens own(desk& d, member_role role = member_role::owner, permission_set scopes = permission_set::all()) {
  return d.engine->workspace(principal(d.tenant, d.user, role, authentication::session, scopes)).api_tokens();
}

task<issued_token> create(own_api_tokens tokens, token_options how = token_options(), std::string name = "laptop") {
  co_return co_await tokens.create(std::move(name), how);
}

identity who(desk& d, issued_token const& one) { return sync_wait(d.engine->auth().authenticate(one.secret)); }

std::optional<errc> refusal(desk& d, issued_token const& one, std::optional<tenant_id> wanted = std::nullopt) {
  auto auth = d.engine->auth();
  return code_of(auth.authenticate(one.secret, wanted));
}

TEST(OwnApiTokens, ActAsTheirUserWithinTheirScopes) {
  desk d;

  auto const made = sync_wait(create(own(d), token_options({permission::chat_read, permission::member_manage})));
  auto const caller = who(d, made);

  EXPECT_EQ(caller.user(), d.user);
  EXPECT_EQ(caller.token(), made.record.id);
  EXPECT_EQ(caller.place()->tenant, d.tenant);
  EXPECT_TRUE(caller.may(permission::chat_read));
  EXPECT_TRUE(caller.may(permission::member_manage));
  EXPECT_FALSE(caller.may(permission::chat_write));
  EXPECT_FALSE(caller.may(permission::account));
  EXPECT_EQ(audited_actions(d).front(), "apiToken.create");
}

TEST(OwnApiTokens, AreListedWithoutTheirSecrets) {
  desk d;
  auto const first = sync_wait(create(own(d)));
  auto const second = sync_wait(create(own(d)));
  sync_wait(d.engine->api_tokens().create(d.tenant, d.add_user("grace"), "another's"));

  auto const listed = sync_wait(own(d).list()).items;

  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].id, second.record.id);
  EXPECT_EQ(listed[1].id, first.record.id);
  EXPECT_EQ(listed[1].last_four, first.secret.substr(43));
  EXPECT_EQ(listed[1].hash, token_hash(first.secret));
}

TEST(OwnApiTokens, EndAtOnceWhenTheyAreRevoked) {
  desk d;
  auto const made = sync_wait(create(own(d)));
  auto const caller = who(d, made);
  EXPECT_TRUE(d.engine->auth().remembered(made.secret));

  sync_wait(own(d).revoke(made.record.id));

  EXPECT_FALSE(d.engine->auth().remembered(made.secret));
  EXPECT_EQ(refusal(d, made), errc::unauthenticated);
  EXPECT_FALSE(sync_wait(d.engine->auth().still_valid(caller)));
  EXPECT_EQ(code_of(own(d).revoke(made.record.id)), errc::not_found);
  EXPECT_EQ(audited_actions(d).front(), "apiToken.revoke");
}

TEST(OwnApiTokens, AreRevokedByNobodyElse) {
  desk d;
  auto const grace = d.add_user("grace");
  auto const hers = sync_wait(d.engine->api_tokens().create(d.tenant, grace, "hers"));
  auto const globex = add_tenant(d, d.user, "globex");
  auto const there = sync_wait(d.engine->api_tokens().create(globex, d.user, "there"));
  auto const missing = failure_of(own(d).revoke(token_id{uuid{}}));

  EXPECT_EQ(missing.code, errc::not_found);
  EXPECT_EQ(failure_of(own(d).revoke(hers.record.id)), missing);
  EXPECT_EQ(failure_of(own(d).revoke(there.record.id)), missing);
  EXPECT_EQ(refusal(d, hers), std::nullopt);
}

TEST(OwnApiTokens, MayDoNoMoreThanTheirMaker) {
  desk d;
  auto const limited = permission_set({permission::token_own, permission::chat_read});

  EXPECT_EQ(code_of(create(own(d, member_role::member), token_options({permission::member_manage}))),
            errc::permission_denied);
  EXPECT_EQ(code_of(create(own(d, member_role::owner, limited), token_options({permission::chat_write}))),
            errc::permission_denied);
  EXPECT_EQ(code_of(create(own(d, member_role::owner, limited), token_options(permission_set::all()))),
            errc::permission_denied);
  EXPECT_NO_THROW(sync_wait(create(own(d, member_role::owner, limited), token_options({permission::chat_read}))));
  EXPECT_NO_THROW(sync_wait(create(own(d), token_options(permission_set::all()))));
}

TEST(OwnApiTokens, NeedThePermission) {
  desk d;
  auto const without = own(d, member_role::owner, permission_set({permission::chat_read}));

  EXPECT_EQ(code_of(create(without, token_options({permission::chat_read}))), errc::permission_denied);
  EXPECT_EQ(code_of(without.list()), errc::permission_denied);
  EXPECT_EQ(code_of(without.revoke(token_id{uuid{}})), errc::permission_denied);
}

TEST(OwnApiTokens, AreAHundredAtMost) {
  desk d;
  for (int i = 0; i < 100; ++i) sync_wait(create(own(d)));

  EXPECT_EQ(code_of(create(own(d))), errc::quota_exceeded);
}

TEST(OwnApiTokens, AreAHundredAtMostHoweverManyAreMadeAtOnce) {
  desk_options shared;
  shared.deployment = deployment::shared;
  desk here(shared);
  desk there(shared);
  for (int i = 0; i < 80; ++i) sync_wait(create(own(here)));

  auto const outcomes = at_once(60, [&](std::size_t i) { return create(own(i % 2 == 0 ? here : there)); });

  EXPECT_EQ(successes(outcomes), 20U);
  for (auto const& one : outcomes) EXPECT_TRUE(one || one.error().code == errc::quota_exceeded);
  EXPECT_EQ(all_stored<api_token>(here).size(), 100U);
}

TEST(OwnApiTokens, AreAHundredAtMostWhenAnotherIsMadeInBetween) {
  desk_options options;
  auto const watched = std::make_shared<watched_storage>(options.storage);
  options.storage = watched;
  desk d(options);
  for (int i = 0; i < 99; ++i) sync_wait(create(own(d)));
  watched->after_read_of("api_tokens", [&]() -> task<void> {
    auto another = create(own(d));
    (void)co_await std::move(another);
  });

  EXPECT_EQ(code_of(create(own(d))), errc::quota_exceeded);
  EXPECT_EQ(all_stored<api_token>(d).size(), 100U);
}

TEST(OwnApiTokens, MadeWhileTheirUserIsRemovedGoWithThem) {
  desk d;
  auto const bob = d.add_user("bob", member_role::member);
  auto const bobs = d.as(bob, member_role::member).api_tokens();
  auto const members = d.as(d.user).members();
  auto const all = [&](std::size_t i) -> task<void> {
    if (i == 8) co_await members.remove(bob);
    else co_await create(bobs);
  };

  auto const outcomes = at_once(16, all);

  EXPECT_TRUE(outcomes[8]);
  EXPECT_TRUE(all_stored<api_token>(d).empty());
  EXPECT_EQ(code_of(create(bobs)), errc::not_found);
  auto tokens = d.engine->api_tokens();
  EXPECT_EQ(code_of(tokens.create(d.tenant, bob, "by the operator")), errc::not_found);
}

TEST(OwnApiTokens, AreRefusedWithAllThatIsWrong) {
  desk d;
  token_options how{permission_set()};
  how.lifetime = seconds(0);

  auto const wrong = failure_of(create(own(d), how, std::string(101, 'x')));

  EXPECT_EQ(wrong.code, errc::invalid_argument);
  EXPECT_EQ(wrong.issues.size(), 3U);
  how = token_options();
  how.lifetime = std::chrono::seconds::max();
  EXPECT_EQ(code_of(create(own(d), how)), errc::invalid_argument);
}

TEST(ApiTokens, EndWhenTheirTimeIsOver) {
  auto const time = std::make_shared<testing::manual_clock>();
  desk d(on(time));
  token_options how;
  how.lifetime = seconds(30);
  auto const made = sync_wait(create(own(d), how));
  auto const caller = who(d, made);

  time->advance(seconds(29));
  EXPECT_TRUE(d.engine->auth().remembered(made.secret));
  time->advance(seconds(1));

  EXPECT_EQ(refusal(d, made), errc::unauthenticated);
  EXPECT_FALSE(sync_wait(d.engine->auth().still_valid(caller)));
}

TEST(ApiTokens, AreForTheirTenantOnly) {
  desk d;
  auto const globex = add_tenant(d, d.user, "globex");
  auto const made = sync_wait(create(own(d)));

  EXPECT_EQ(refusal(d, made, d.tenant), std::nullopt);
  EXPECT_EQ(refusal(d, made, globex), errc::permission_denied);
  EXPECT_EQ(refusal(d, made, tenant_id{uuid{}}), errc::permission_denied);
}

TEST(ApiTokens, EndWithTheMembershipTheUserAndTheTenant) {
  desk d;
  auto const made = sync_wait(create(own(d)));

  set_state(d, d.user, user_state::suspended);
  EXPECT_EQ(refusal(d, made), errc::unauthenticated);
  set_state(d, d.user, user_state::active);
  set_state(d, d.tenant, tenant_state::suspended);
  EXPECT_EQ(refusal(d, made), errc::unauthenticated);
  set_state(d, d.tenant, tenant_state::active);
  EXPECT_EQ(refusal(d, made), std::nullopt);
  auto const other = sync_wait(create(own(d)));
  elsewhere(d, erase<membership>(membership_of(d, d.tenant, d.user).id));

  EXPECT_EQ(refusal(d, other), errc::unauthenticated);
}

TEST(ApiTokens, SayWhenTheyWereUsedToTheMinute) {
  auto const time = std::make_shared<testing::manual_clock>();
  desk d(on(time));
  auto const made = sync_wait(create(own(d)));
  auto const last_use = [&] { return sync_wait(stored<api_token>(d).get(made.record.id)).value().last_used_at; };
  EXPECT_EQ(last_use(), std::nullopt);

  time->advance(seconds(90));
  who(d, made);
  EXPECT_TRUE(eventually([&] { return last_use() == time->now() - seconds(30); }));
  time->advance(minutes(2));
  who(d, made);

  EXPECT_TRUE(eventually([&] { return last_use() == time->now() - seconds(30); }));
}

}  // namespace
}  // namespace sambung::api_tokens_test
