// The vault: who may do what with which key, and whose key a call is made with.
#include "support/people.hpp"
#include "support/vault_desk.hpp"

#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

namespace sambung::keys_test {
namespace {

using testing::manual_clock;
using tests::at_once;
using tests::code_of;
using tests::desk_options;
using tests::read_all;
using tests::ring_of;
using tests::successes;
using tests::vault_desk;

constexpr char own_key[] = "sk-of-the-user-0001";
constexpr char tenants_key[] = "sk-of-the-tenant-0002";

key_request request(std::string key, key_owner owner = key_owner::user, std::string provider = "scripted") {
  return key_request(std::move(provider), secret_string(std::move(key)), owner);
}

key_update disabling(provider_key const& seen) {
  key_update changes;
  changes.revision = seen.revision;
  changes.state = key_state::disabled;
  return changes;
}

TEST(Keys, OfTheUserPayBeforeTheTenantsBeforeTheOperators) {
  vault_desk d;
  EXPECT_EQ(d.key_of_call(), "");

  auto const tenants = d.add(tenants_key, key_owner::tenant);
  EXPECT_EQ(d.key_of_call(), tenants_key);

  auto const own = d.add(own_key);
  EXPECT_EQ(d.key_of_call(), own_key);

  sync_wait(d.keys().remove(own.id));
  EXPECT_EQ(d.key_of_call(), tenants_key);
  sync_wait(d.keys().remove(tenants.id));
  EXPECT_EQ(d.key_of_call(), "");
}

TEST(Keys, OfAUserPayForNobodyElse) {
  vault_desk d;
  auto const ben = d.add_user("ben");
  d.add(own_key);

  EXPECT_EQ(d.key_of_call(ben), "");
}

TEST(Keys, OfATenantPayForNoOther) {
  vault_desk d;
  d.add(tenants_key, key_owner::tenant);
  auto const other = sync_wait(d.engine->tenants().create("other"));
  auto const eve = sync_wait(d.engine->users().create(other.id, "eve@example.com"));

  auto completions = d.engine->workspace(principal::trusted(other.id, eve.id, member_role::owner)).completions();
  sync_wait(completions.complete(d.question()));

  EXPECT_EQ(d.key_seen(), "");
}

TEST(Keys, PayForTurnsAndStreamsToo) {
  vault_desk d;
  d.add(own_key);
  auto const chat = d.new_chat();

  auto turn = sync_wait(d.chats().send(chat.id, "hi"));
  read_all(turn);
  EXPECT_EQ(d.key_seen(), own_key);

  auto again = sync_wait(d.chats().regenerate(turn.message_id()));
  read_all(again);
  EXPECT_EQ(d.key_seen(), own_key);

  auto completions = d.engine->workspace(principal::trusted(d.tenant, d.user, member_role::owner)).completions();
  sync_wait(completions.stream(d.question()));
  EXPECT_EQ(d.key_seen(), own_key);
}

TEST(Keys, TheNewestOfSeveralIsUsed) {
  vault_desk d;
  d.add(own_key);
  auto const second = d.add("sk-of-the-user-0003");
  EXPECT_EQ(d.key_of_call(), "sk-of-the-user-0003");

  sync_wait(d.keys().update(second.id, disabling(second)));

  EXPECT_EQ(d.key_of_call(), own_key);
}

TEST(Keys, ADisabledOneIsNotUsedUntilItIsActiveAgain) {
  vault_desk d;
  auto const made = d.add(own_key);
  EXPECT_EQ(d.key_of_call(), own_key);

  auto const off = sync_wait(d.keys().update(made.id, disabling(made)));
  EXPECT_EQ(off.state, key_state::disabled);
  EXPECT_EQ(d.key_of_call(), "");

  key_update on;
  on.revision = off.revision;
  on.state = key_state::active;
  sync_wait(d.keys().update(made.id, on));
  EXPECT_EQ(d.key_of_call(), own_key);
}

TEST(Keys, ARotatedOneIsUsedAtOnce) {
  vault_desk d;
  auto const made = d.add(own_key);
  EXPECT_EQ(d.key_of_call(), own_key);

  auto const rotated = sync_wait(d.keys().rotate(made.id, secret_string("sk-the-next-one-0009"), made.revision));

  EXPECT_EQ(rotated.last_four, "0009");
  EXPECT_EQ(rotated.revision, made.revision + 1);
  EXPECT_EQ(d.key_of_call(), "sk-the-next-one-0009");
}

TEST(Keys, AreNotUsedForAnotherHostThanTheyWereStoredFor) {
  vault_desk d;
  d.add(own_key);
  d.model->take_keys_for("elsewhere.example");
  sync_wait(d.keys().list());

  EXPECT_EQ(d.key_of_call(), "");
}

TEST(Keys, ThatDoNotOpenFailTheCallInsteadOfChargingSomebodyElse) {
  auto const shared = tests::fresh_storage();
  desk_options options;
  options.storage = shared;
  provider_key tenants;
  {
    vault_desk first(options, ring_of({"first"}));
    first.add(own_key);
    tenants = first.add(tenants_key, key_owner::tenant);
  }
  vault_desk second(options, ring_of({"another"}));
  auto const chat = second.new_chat();
  auto completions =
      second.engine->workspace(principal::trusted(second.tenant, second.user, member_role::owner)).completions();

  // The second time from what is remembered.
  EXPECT_EQ(code_of(completions.complete(second.question())), errc::data_loss);
  EXPECT_EQ(code_of(completions.complete(second.question())), errc::data_loss);
  EXPECT_EQ(code_of(completions.stream(second.question())), errc::data_loss);
  EXPECT_EQ(code_of(second.chats().send(chat.id, "hi")), errc::data_loss);
  EXPECT_TRUE(second.model->requests().empty());
  EXPECT_TRUE(sync_wait(second.chats().messages(chat.id)).items.empty());
}

TEST(Keys, MovedToAnotherRowDoNotOpen) {
  vault_desk d;
  auto const ben = d.add_user("ben");
  auto const mine = d.add(own_key);
  auto const bens = d.add("sk-of-ben-000000007", key_owner::user, ben);

  collection<provider_key> const rows(*d.storage, testing::tenant_scope(d.tenant));
  auto const stolen = d.stored(bens.id).envelope;
  sync_wait(rows.write(update<provider_key>(mine.id).set(&provider_key::envelope, stolen))).value();

  auto completions = d.engine->workspace(principal::trusted(d.tenant, d.user, member_role::owner)).completions();
  EXPECT_EQ(code_of(completions.complete(d.question())), errc::data_loss);
}

// Where reads are counted: the engine makes none by itself.
desk_options with_time_at_rest() {
  desk_options options;
  options.clock = std::make_shared<manual_clock>();
  return options;
}

TEST(Keys, CostNoReadPerCallOnceItIsKnownThatThereAreNone) {
  vault_desk d(with_time_at_rest());
  EXPECT_EQ(d.key_of_call(), "");
  auto const before = d.watched->reads();

  for (int i = 0; i < 10; ++i) d.key_of_call();

  EXPECT_EQ(d.watched->reads(), before);
}

TEST(Keys, AreNotAskedForWhereAProviderTakesNone) {
  vault_desk d(with_time_at_rest());
  d.model->take_keys_for("");
  sync_wait(d.as(d.user).quotas().mine());  // so that these are known
  auto const before = d.watched->reads();

  EXPECT_EQ(d.key_of_call(), "");

  EXPECT_EQ(d.watched->reads(), before);
}

TEST(Keys, DisabledDuringALookUpAreNotRemembered) {
  vault_desk d;
  auto const made = d.add(own_key);
  auto disable = [&]() -> task<void> {
    auto const keys = d.keys();
    auto const changes = disabling(made);
    co_await keys.update(made.id, changes);
  };
  d.watched->after_read_of("provider_keys", disable);

  EXPECT_EQ(d.key_of_call(), own_key);  // it was read before

  EXPECT_EQ(d.key_of_call(), "");
}

TEST(Keys, ChangedOnAnotherEngineAreFeltWithinTwoSeconds) {
  auto const time = std::make_shared<manual_clock>();
  desk_options options;
  options.deployment = deployment::shared;
  options.clock = time;
  vault_desk here(options);
  options.storage = here.storage;
  vault_desk there(options);
  auto const made = here.add(own_key);
  EXPECT_EQ(there.key_of_call(), own_key);

  sync_wait(here.keys().update(made.id, disabling(made)));

  auto const give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  ASSERT_TRUE(time->wait_for_sleepers(10));  // five kinds of periodic work on each engine
  time->advance(std::chrono::milliseconds(1'900));
  while (there.key_of_call() == own_key && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
  EXPECT_EQ(there.key_of_call(), "");
}

TEST(Keys, AreForgottenAfterAWhileWhateverIsAnnounced) {
  auto const time = std::make_shared<manual_clock>();
  desk_options options;
  options.clock = time;
  options.auth.remembered = std::chrono::seconds(60);
  vault_desk d(options);
  auto const made = d.add(own_key);
  EXPECT_EQ(d.key_of_call(), own_key);
  collection<provider_key> const rows(*d.storage, testing::tenant_scope(d.tenant));
  sync_wait(rows.write(erase<provider_key>(made.id))).value();
  EXPECT_EQ(d.key_of_call(), own_key);

  time->advance(std::chrono::seconds(61));

  EXPECT_EQ(d.key_of_call(), "");
}

TEST(Keys, AreCountedByWhoPaid) {
  vault_desk d;
  d.key_of_call();
  d.add(tenants_key, key_owner::tenant);
  d.key_of_call();
  auto const own = d.add(own_key);
  d.key_of_call();
  auto const chat = d.new_chat();
  auto turn = sync_wait(d.chats().send(chat.id, "hi"));
  read_all(turn);
  sync_wait(d.engine->shutdown(std::chrono::seconds(1)));

  std::map<key_source, std::int64_t> requests;
  for (auto const& counter : d.usage()) {
    requests[counter.key] += counter.requests;
    auto const end = counter.key == key_source::user     ? "#user"
                     : counter.key == key_source::tenant ? "#tenant"
                                                         : "model";
    EXPECT_TRUE(counter.id.ends_with(end)) << counter.id;
  }

  EXPECT_EQ(requests[key_source::configured], 1);
  EXPECT_EQ(requests[key_source::tenant], 1);
  EXPECT_EQ(requests[key_source::user], 2);
}

TEST(Keys, OfAnotherUserAreNotFoundEvenByAnOwner) {
  vault_desk d;
  auto const ben = d.add_user("ben");
  auto const bens = d.add(own_key, key_owner::user, ben);
  auto const mine = d.keys();

  EXPECT_EQ(code_of(mine.rotate(bens.id, secret_string(own_key), bens.revision)), errc::not_found);
  EXPECT_EQ(code_of(mine.update(bens.id, disabling(bens))), errc::not_found);
  EXPECT_EQ(code_of(mine.remove(bens.id)), errc::not_found);
  EXPECT_TRUE(sync_wait(mine.list()).items.empty());
  EXPECT_EQ(d.key_of_call(ben), own_key);
}

TEST(Keys, OfAnotherTenantAreNotFound) {
  vault_desk d;
  auto const made = d.add(tenants_key, key_owner::tenant);
  auto const other = sync_wait(d.engine->tenants().create("other"));
  auto const theirs = d.engine->workspace(principal::trusted(other.id, d.user, member_role::owner)).keys();

  EXPECT_EQ(code_of(theirs.rotate(made.id, secret_string(own_key), made.revision)), errc::not_found);
  EXPECT_EQ(code_of(theirs.update(made.id, disabling(made))), errc::not_found);
  EXPECT_EQ(code_of(theirs.remove(made.id)), errc::not_found);
  EXPECT_TRUE(sync_wait(theirs.list()).items.empty());
}

TEST(Keys, OfTheTenantAreForThoseWhoMayManageThem) {
  vault_desk d;
  auto const ben = d.add_user("ben");
  auto const tenants = d.add(tenants_key, key_owner::tenant);
  auto const member = d.keys(ben, member_role::member);

  EXPECT_EQ(code_of(member.create(request(tenants_key, key_owner::tenant))), errc::permission_denied);
  EXPECT_EQ(code_of(member.rotate(tenants.id, secret_string(own_key), 1)), errc::permission_denied);
  EXPECT_EQ(code_of(member.update(tenants.id, disabling(tenants))), errc::permission_denied);
  EXPECT_EQ(code_of(member.remove(tenants.id)), errc::permission_denied);
  EXPECT_TRUE(sync_wait(member.list()).items.empty());
  EXPECT_EQ(sync_wait(d.keys(ben, member_role::admin).list()).items.size(), 1U);
  EXPECT_EQ(d.key_of_call(ben), tenants_key);
}

TEST(Keys, AreNothingForViewersNorForTokensWithoutTheScope) {
  vault_desk d;
  auto const made = d.add(own_key);
  principal const narrow(d.tenant, d.user, member_role::owner, authentication::api_token, {permission::chat_write});

  for (auto const& keys : {d.keys(d.user, member_role::viewer), d.engine->workspace(narrow).keys()}) {
    EXPECT_EQ(code_of(keys.list()), errc::permission_denied);
    EXPECT_EQ(code_of(keys.create(request(own_key))), errc::permission_denied);
    EXPECT_EQ(code_of(keys.rotate(made.id, secret_string(own_key), 1)), errc::permission_denied);
    EXPECT_EQ(code_of(keys.remove(made.id)), errc::permission_denied);
  }
}

TEST(Keys, AreChangedOnlyByWhoSawThemAsTheyAre) {
  vault_desk d;
  auto const made = d.add(own_key);
  key_update renaming;
  renaming.revision = made.revision;
  renaming.name = "work";
  EXPECT_EQ(sync_wait(d.keys().update(made.id, renaming)).name, "work");

  EXPECT_EQ(code_of(d.keys().update(made.id, renaming)), errc::conflict);
  EXPECT_EQ(code_of(d.keys().rotate(made.id, secret_string("sk-another-one-11"), made.revision)), errc::conflict);
  EXPECT_EQ(d.key_of_call(), own_key);
}

TEST(Keys, RotatedTwiceAtOnceAreRotatedOnce) {
  vault_desk d;
  auto const made = d.add(own_key);
  auto meanwhile = [&]() -> task<void> {
    auto const keys = d.keys();
    secret_string other("sk-the-quicker-one");
    co_await keys.rotate(made.id, std::move(other), made.revision);
  };
  d.watched->after_read_of("provider_keys", meanwhile);

  EXPECT_EQ(code_of(d.keys().rotate(made.id, secret_string("sk-the-slower-one"), made.revision)), errc::conflict);

  EXPECT_EQ(d.key_of_call(), "sk-the-quicker-one");
  EXPECT_EQ(d.noted().front().action, "apiKey.rotate.failed");
}

TEST(Keys, AreListedNewestFirstAcrossPagesAndNeverGivenBack) {
  vault_desk d;
  std::vector<provider_key_id> expected;
  for (int i = 0; i < 7; ++i) {
    auto const owner = i % 3 == 0 ? key_owner::tenant : key_owner::user;
    auto const made = d.add("sk-number-000000" + std::to_string(i), owner);
    EXPECT_TRUE(made.envelope.empty());
    EXPECT_EQ(made.last_four, "000" + std::to_string(i));
    EXPECT_EQ(made.host, "vendor.example");
    EXPECT_EQ(made.name, "scripted");
    expected.insert(expected.begin(), made.id);
  }

  std::vector<provider_key_id> seen;
  page_request which(3);
  do {
    auto const page = sync_wait(d.keys().list(which));
    EXPECT_LE(page.items.size(), 3U);
    for (auto const& key : page.items) {
      seen.push_back(key.id);
      EXPECT_TRUE(key.envelope.empty());
    }
    which.cursor = page.next_cursor;
  } while (which.cursor);

  EXPECT_EQ(seen, expected);
  EXPECT_EQ(code_of(d.keys().list(page_request(3, "nonsense"))), errc::invalid_argument);
  EXPECT_EQ(code_of(d.keys().list(page_request(201))), errc::invalid_argument);
}

TEST(Keys, AreRefusedWhenMalformed) {
  vault_desk d;
  auto const keys = d.keys();
  auto const control = std::string("sk-with\ra-return");

  for (auto const& bad : {std::string(7, 'k'), std::string(4'097, 'k'), std::string("sk-with a-space"), control,
                          std::string("sk-with\nnewline"), std::string("sk-schl\xC3\xBCssel"), std::string(8, '\0')}) {
    EXPECT_EQ(code_of(keys.create(request(bad))), errc::invalid_argument);
  }
  EXPECT_EQ(code_of(keys.create(request(own_key, key_owner::user, "nobody"))), errc::invalid_argument);
  auto named = request(own_key);
  named.name = std::string(101, 'n');
  EXPECT_EQ(code_of(keys.create(named)), errc::invalid_argument);
  d.model->take_keys_for("");
  EXPECT_EQ(code_of(keys.create(request(own_key))), errc::invalid_argument);
  EXPECT_TRUE(d.noted().empty());
}

TEST(Keys, MayBeFromEightToFourThousandBytes) {
  vault_desk d;
  auto const shortest = d.add("12345678");
  EXPECT_EQ(shortest.last_four, "");
  EXPECT_EQ(d.key_of_call(), "12345678");

  d.add(std::string(4'096, '~'));

  EXPECT_EQ(d.key_of_call(), std::string(4'096, '~'));
}

TEST(Keys, AreAHundredOfOneOwnerAtMost) {
  vault_desk d;
  for (int i = 0; i < 100; ++i) d.add("sk-number-" + std::to_string(100'000 + i));

  EXPECT_EQ(code_of(d.keys().create(request(own_key))), errc::quota_exceeded);

  auto const tenants = d.add(tenants_key, key_owner::tenant);
  auto const ben = d.add_user("ben");
  d.add(own_key, key_owner::user, ben);
  auto const all = sync_wait(d.keys().list(page_request(max_page_size)));
  EXPECT_EQ(all.items.size(), 101U);
  EXPECT_EQ(all.items.front().id, tenants.id);
}

TEST(Keys, AreAHundredOfOneOwnerAtMostHoweverManyAreMadeAtOnce) {
  desk_options shared;
  shared.deployment = deployment::shared;
  vault_desk here(shared);
  vault_desk there(shared);
  for (int i = 0; i < 90; ++i) here.add("sk-many-00000" + std::to_string(i));

  auto const outcomes = at_once(40, [&](std::size_t i) -> task<provider_key> {
    auto const owner = i % 4 < 2 ? key_owner::user : key_owner::tenant;
    auto keys = i % 2 == 0 ? here.keys() : there.keys();
    key_request more("scripted", secret_string("sk-more-00000" + std::to_string(i)), owner);
    co_return co_await keys.create(std::move(more));
  });

  EXPECT_EQ(successes(outcomes), 10U + 20U);
  for (auto const& one : outcomes) EXPECT_TRUE(one || one.error().code == errc::quota_exceeded);
}

TEST(Keys, AreNotStoredWithoutASecret) {
  vault_desk d{desk_options(), secret_ring()};

  EXPECT_EQ(code_of(d.keys().create(request(own_key))), errc::unsupported);

  EXPECT_TRUE(sync_wait(d.keys().list()).items.empty());
  EXPECT_EQ(d.key_of_call(), "");
}

TEST(Keys, LeaveAnEntryOfEachChange) {
  vault_desk d;
  auto const made = d.add(own_key);
  auto const rotated = sync_wait(d.keys().rotate(made.id, secret_string("sk-the-next-one-01"), 1));
  sync_wait(d.keys().update(made.id, disabling(rotated)));
  sync_wait(d.keys().remove(made.id));

  std::vector<std::string> actions;
  for (auto const& entry : d.noted()) {
    actions.push_back(entry.action);
    EXPECT_EQ(entry.subject, to_string(made.id));
    EXPECT_EQ(entry.actor_id, d.user);
    EXPECT_EQ(entry.tenant_id, d.tenant);
    EXPECT_EQ(entry.detail.find("sk-"), std::string::npos);
  }

  EXPECT_EQ(actions, (std::vector<std::string>{"apiKey.delete", "apiKey.update", "apiKey.rotate", "apiKey.create"}));
}

TEST(Keys, LeaveASecondEntryWhenTheChangeFailed) {
  vault_desk d;
  d.watched->refuse_tenants(errc::unavailable);

  EXPECT_EQ(code_of(d.keys().create(request(own_key))), errc::unavailable);

  d.watched->refuse_tenants(std::nullopt);
  auto const entries = d.noted();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1].action, "apiKey.create");
  EXPECT_EQ(entries[0].action, "apiKey.create.failed");
  EXPECT_EQ(entries[0].detail, "unavailable");
  EXPECT_TRUE(sync_wait(d.keys().list()).items.empty());
}

TEST(Keys, AreNowhereInClearInStorage) {
  vault_desk d;
  auto const made = d.add(own_key);
  d.add(tenants_key, key_owner::tenant);
  sync_wait(d.keys().rotate(made.id, secret_string("sk-the-next-one-01"), 1));

  auto const stored = d.stored(made.id);

  EXPECT_TRUE(stored.envelope.starts_with("v1."));
  for (auto const* secret : {own_key, tenants_key, "sk-the-next-one-01"})
    EXPECT_EQ(stored.envelope.find(secret), std::string::npos);
}

TEST(KeyRewrap, SealsEveryTenantsKeysUnderTheNewSecret) {
  desk_options options;
  options.storage = tests::fresh_storage();
  std::vector<provider_key> before;
  {
    vault_desk old(options, ring_of({"first"}));
    old.add(own_key);
    old.add(tenants_key, key_owner::tenant);
    auto const other = sync_wait(old.engine->tenants().create("other"));
    auto const eve = sync_wait(old.engine->users().create(other.id, "eve@example.com"));
    auto const theirs = old.engine->workspace(principal::trusted(other.id, eve.id, member_role::owner)).keys();
    sync_wait(theirs.create(request("sk-of-eve-00000000")));
  }
  {
    vault_desk both(options, ring_of({"second", "first"}));
    std::vector<std::int64_t> told;
    EXPECT_EQ(sync_wait(both.engine->rewrap_keys([&](std::int64_t sealed) { told.push_back(sealed); })), 3);
    EXPECT_EQ(told.back(), 3);
    EXPECT_EQ(sync_wait(both.engine->rewrap_keys()), 0);
    EXPECT_EQ(both.key_of_call(), own_key);
  }
  vault_desk fresh(options, ring_of({"second"}));
  EXPECT_EQ(fresh.key_of_call(), own_key);
  EXPECT_EQ(sync_wait(fresh.keys().list()).items.front().revision, 1);
}

TEST(KeyRewrap, LosesToARotationAtTheSameTime) {
  desk_options options;
  options.storage = tests::fresh_storage();
  provider_key raced;
  {
    vault_desk old(options, ring_of({"first"}));
    raced = old.add(own_key);
    old.add(tenants_key, key_owner::tenant);
  }
  vault_desk both(options, ring_of({"second", "first"}));
  auto rotate = [&]() -> task<void> {
    auto const keys = both.keys();
    secret_string next("sk-the-next-one-01");
    co_await keys.rotate(raced.id, std::move(next), raced.revision);
  };
  both.watched->after_read_of("provider_keys", rotate);

  EXPECT_EQ(sync_wait(both.engine->rewrap_keys()), 1);

  EXPECT_EQ(both.key_of_call(), "sk-the-next-one-01");
  EXPECT_EQ(sync_wait(both.engine->rewrap_keys()), 0);
}

TEST(KeyRewrap, GoesOnPastKeysThatDoNotOpenAndSaysHowMany) {
  desk_options options;
  options.storage = tests::fresh_storage();
  {
    vault_desk lost(options, ring_of({"forgotten"}));
    lost.add(own_key);
  }
  {
    vault_desk old(options, ring_of({"first"}));
    for (int i = 0; i < 95; ++i) old.add("sk-number-" + std::to_string(100'000 + i), key_owner::tenant);
    auto const ben = old.add_user("ben");
    for (int i = 0; i < 10; ++i) old.add("sk-number-" + std::to_string(200'000 + i), key_owner::user, ben);
  }
  vault_desk both(options, ring_of({"second", "first"}));

  auto const outcome = sync_wait(as_result(both.engine->rewrap_keys()));

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, errc::data_loss);
  EXPECT_EQ(outcome.error().message, "1 keys do not open with any of the secrets; 105 were sealed again");
}

TEST(KeyRewrap, NeedsASecret) {
  vault_desk d{desk_options(), secret_ring()};

  EXPECT_EQ(code_of(d.engine->rewrap_keys()), errc::unsupported);
}

}  // namespace
}  // namespace sambung::keys_test
