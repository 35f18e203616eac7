// Erasing tenants and users: nothing is left, nothing else is touched, and what is cut off goes on.
#include "support/desk.hpp"
#include "support/together.hpp"
#include "support/watched_storage.hpp"

#include <sambung/records/active_turn.hpp>
#include <sambung/records/audit_entry.hpp>
#include <sambung/records/idempotency_record.hpp>
#include <sambung/records/invitation.hpp>
#include <sambung/records/password.hpp>
#include <sambung/records/prompt_template.hpp>
#include <sambung/records/provider_key.hpp>
#include <sambung/records/refresh_token.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

namespace sambung::erasure_test {

// Tables of an application's own.
struct album {
  uuid id;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(album, (), (id, title))
inline record_description describe_record(record_of<album>) { return record<album>("albums"); }

struct photo {
  uuid id;
  uuid album_id;
};
BOOST_DESCRIBE_STRUCT(photo, (), (id, album_id))
inline record_description describe_record(record_of<photo>) {
  return record<photo>("photos").index(&photo::album_id).refers_to(&photo::album_id, "albums");
}

namespace {

using tests::code_of;
using tests::desk;
using tests::desk_options;

std::vector<module_schema> gallery() {
  module_schema module("gallery");
  module.table<album>().table<photo>();
  return {module};
}

// Takes a number of writes, then none until it is told to go on.
class failing_storage final : public storage {
 public:
  explicit failing_storage(std::shared_ptr<storage> real) : real_(std::move(real)) {}

  void allow(int writes) { left_ = writes; }

  task<result<void>> migrate(schema_ref s) override { return real_->migrate(std::move(s)); }
  task<result<rows>> read(scope who, query q) override { return real_->read(who, std::move(q)); }
  task<result<rows>> search(scope who, text_query q) override { return real_->search(who, std::move(q)); }
  task<result<receipt>> write(scope who, batch b) override {
    if (left_.fetch_sub(1) <= 0) co_return failure(errc::unavailable, "away");
    co_return co_await real_->write(who, std::move(b));
  }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    return real_->tenants(who, std::move(table), after);
  }
  task<result<void>> check() override { return real_->check(); }

 private:
  std::shared_ptr<storage> real_;
  std::atomic<int> left_ = 1'000'000;
};

provider_key key_of(desk& d, user_id who, key_owner owner) {
  provider_key key;
  key.id = provider_key_id{d.ids.next()};
  key.user_id = who;
  key.owner = owner;
  key.provider = "openai";
  key.host = "api.openai.com";
  key.name = "key";
  key.envelope = "v1.sealed";
  return key;
}

template <class R>
void put(desk& d, tenant_id where, R const& one) {
  sync_wait(collection<R>(*d.storage, testing::tenant_scope(where)).write(insert(one))).value();
}

// Rows of `who` in every table that a user has rows in.
void furnish(desk& d, tenant_id where, user_id who) {
  for (int i = 0; i < 2; ++i) {
    d.model->push(tests::say("answer"));
    new_chat from("chat", "scripted/model");
    from.idempotency_key = "key" + std::to_string(i);
    auto const made =
        sync_wait(d.engine->workspace(principal::trusted(where, who, member_role::owner)).chats().create(from));
    auto turn = sync_wait(
        d.engine->workspace(principal::trusted(where, who, member_role::owner)).chats().send(made.id, "question"));
    sync_wait(turn.answer());
  }
  put(d, where, key_of(d, who, key_owner::user));
  put(d, where, key_of(d, who, key_owner::tenant));
  sync_wait(d.engine->api_tokens().create(where, who, "laptop"));
  refresh_token family;
  family.id = refresh_token_id{d.ids.next()};
  family.session_id = d.add_session(who, where);
  family.hash = token_hash(to_string(family.id));
  sync_wait(d.system_records<refresh_token>().write(insert(family))).value();
}

void furnish_gallery(desk& d, tenant_id where) {
  album made{d.ids.next(), "holidays"};
  put(d, where, made);
  for (int i = 0; i < 450; ++i) put(d, where, photo{d.ids.next(), made.id});
}

std::size_t rows_in(desk& d, tenant_id where) {
  return d.all_in<chat>(where).size() + d.all_in<message>(where).size() + d.all_in<active_turn>(where).size() +
         d.all_in<turn_chunk>(where).size() + d.all_in<usage_counter>(where).size() +
         d.all_in<idempotency_record>(where).size() + d.all_in<provider_key>(where).size();
}

prompt_template_id write_prompt(desk& d, tenant_id where, user_id who, std::string name, visibility seen_by,
                                std::optional<std::string> command = std::nullopt) {
  new_prompt made;
  made.name = std::move(name);
  made.visibility = seen_by;
  made.command = std::move(command);
  template_message said;
  said.text = "Good morning.";
  made.messages.push_back(std::move(said));
  auto const desk_of = d.engine->workspace(principal::trusted(where, who, member_role::owner));
  return sync_wait(desk_of.templates().create(std::move(made))).prompt.id;
}

// Of the prompts that somebody owns.
using names = std::vector<std::string>;
names names_of(desk& d, tenant_id where, user_id owner) {
  names all;
  for (auto const& one : d.all_in<prompt_template>(where))
    if (one.owner_id == owner) all.push_back(one.name);
  return all;
}

std::map<std::string, std::int64_t> counts(erasure_report const& report) {
  std::map<std::string, std::int64_t> all;
  for (auto const& one : report.tables) all[one.table] = one.rows;
  return all;
}

TEST(Erasure, LeavesNothingOfATenantAndEverythingOfTheOthers) {
  desk_options options;
  options.modules = gallery();
  desk d(options);
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  sync_wait(d.engine->users().join(globex.id, d.user, member_role::owner));
  furnish(d, d.tenant, d.user);
  furnish(d, globex.id, d.user);
  furnish_gallery(d, d.tenant);
  furnish_gallery(d, globex.id);
  sync_wait(d.as(d.user).invitations().create("a@b.example"));
  auto const others = rows_in(d, globex.id);
  auto const entries = [&] {
    return std::ranges::count(d.all_of<audit_entry>(), std::optional(d.tenant), &audit_entry::tenant_id);
  };
  auto const entries_before = entries();
  auto const before = d.revocations();

  auto const report = counts(sync_wait(d.engine->tenants().erase(d.tenant)));

  EXPECT_EQ(rows_in(d, d.tenant), 0U);
  EXPECT_TRUE(d.all_in<album>(d.tenant).empty());
  EXPECT_TRUE(d.all_in<photo>(d.tenant).empty());
  EXPECT_EQ(rows_in(d, globex.id), others);
  EXPECT_EQ(d.all_in<photo>(globex.id).size(), 450U);
  EXPECT_EQ(report.at("photos"), 450);
  EXPECT_EQ(report.at("messages"), 4);
  EXPECT_EQ(report.at("provider_keys"), 2);
  EXPECT_EQ(report.at("turn_chunks"), 0);
  EXPECT_EQ(report.at("memberships"), 1);
  EXPECT_EQ(report.at("invitations"), 1);
  EXPECT_EQ(report.at("tenants"), 1);
  EXPECT_EQ(d.all_of<tenant>().size(), 1U);
  EXPECT_EQ(d.all_of<membership>().size(), 1U);
  EXPECT_EQ(d.all_of<api_token>().size(), 1U);
  EXPECT_TRUE(d.all_of<invitation>().empty());
  for (auto const& one : d.all_of<session>()) EXPECT_NE(one.tenant_id, d.tenant);
  EXPECT_EQ(d.all_of<session>().size(), 2U);
  EXPECT_EQ(d.all_of<user>().size(), 1U);
  EXPECT_EQ(entries(), entries_before + 1);
  EXPECT_EQ(d.revocations(), before + 1);
  EXPECT_EQ(code_of(d.engine->tenants().erase(d.tenant)), errc::not_found);
}

TEST(Erasure, StopsTheTurnsOfATenantFirst) {
  desk d;
  testing::gate never;
  d.model->push(testing::answer_script().text("Hel").wait(never));
  auto const chat = d.new_chat();
  auto turn = sync_wait(d.chats().send(chat.id, "?"));
  tests::read_first_text(turn);

  sync_wait(d.engine->tenants().erase(d.tenant));

  EXPECT_EQ(rows_in(d, d.tenant), 0U);
  EXPECT_EQ(tests::read_all(turn).end.value().state, message_state::cancelled);
  never.open();
}

TEST(Erasure, OfATenantLetsNobodyInMeanwhile) {
  desk d;
  auto const bob = d.add_user("bob");
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  sync_wait(d.engine->users().create(globex.id, "eve@globex.example"));
  auto const invited = sync_wait(d.as(d.user).invitations().create("eve@globex.example"));
  auto deleting = update<tenant>(d.tenant).set(&tenant::state, tenant_state::deleting);
  sync_wait(d.system_records<tenant>().write(std::move(deleting))).value();
  auto const eve = sync_wait(d.engine->users().find("eve@globex.example")).id;

  EXPECT_EQ(code_of(d.engine->users().join(d.tenant, eve)), errc::not_found);
  EXPECT_EQ(code_of(d.engine->users().create(d.tenant, "new@acme.example")), errc::not_found);
  EXPECT_EQ(code_of(d.account(eve).accept_invitation(std::string(invited.secret.view()))), errc::not_found);
  EXPECT_EQ(code_of(d.as(d.user).invitations().create("new@acme.example")), errc::not_found);
  EXPECT_EQ(code_of(d.engine->tenants().resume(d.tenant)), errc::conflict);
  EXPECT_TRUE(sync_wait(d.account(bob).tenants()).items.empty());
}

TEST(Erasure, OfATenantGoesOnWhereverItWasCutOff) {
  for (int writes = 0;; ++writes) {
    auto const storage = std::make_shared<failing_storage>(tests::fresh_storage());
    desk_options options;
    options.storage = storage;
    desk d(options);
    furnish(d, d.tenant, d.user);
    sync_wait(d.engine->shutdown());
    storage->allow(writes);
    auto const cut_off = sync_wait(as_result(d.engine->tenants().erase(d.tenant)));
    if (cut_off) break;
    ASSERT_EQ(cut_off.error().code, errc::unavailable);
    storage->allow(1'000'000);
    if (writes == 0) {
      // Not even begun.
      EXPECT_EQ(sync_wait(d.engine->tenants().get(d.tenant)).state, tenant_state::active);
      continue;
    }

    engine_options settings;
    settings.storage = storage;
    engine next(d.io.get_executor(), std::move(settings));
    sync_wait(next.start());

    ASSERT_EQ(rows_in(d, d.tenant), 0U) << writes;
    ASSERT_TRUE(d.all_of<tenant>().empty()) << writes;
    ASSERT_TRUE(d.all_of<membership>().empty()) << writes;
    ASSERT_TRUE(d.all_of<api_token>().empty()) << writes;
    sync_wait(next.shutdown());
  }
}

TEST(Erasure, LeavesNothingOfAUserAndEverythingOfTheOthers) {
  desk d;
  auto const bob = d.add_user("bob");
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  auto const left = sync_wait(d.engine->tenants().create("initech"));
  for (auto const& other : {globex.id, left.id}) {
    sync_wait(d.engine->users().join(other, d.user, member_role::owner));
    sync_wait(d.engine->users().join(other, bob, member_role::owner));
  }
  for (auto const& where : {d.tenant, globex.id, left.id}) {
    furnish(d, where, d.user);
    furnish(d, where, bob);
  }
  sync_wait(d.account(d.user).leave_tenant(left.id));
  sync_wait(d.engine->users().set_password(bob, secret_string("correct horse")));
  sync_wait(d.engine->workspace(principal::trusted(globex.id, bob, member_role::owner))
                .invitations()
                .create("ada@acme.example"));
  auto const before = d.revocations();

  auto const report = counts(sync_wait(d.engine->users().erase(d.user)));

  for (auto const& where : {d.tenant, globex.id, left.id}) {
    for (auto const& one : d.all_in<chat>(where)) EXPECT_EQ(one.owner_id, bob);
    EXPECT_EQ(d.all_in<chat>(where).size(), 2U);
    EXPECT_EQ(d.all_in<message>(where).size(), 4U);
    EXPECT_EQ(d.all_in<idempotency_record>(where).size(), 2U);
    EXPECT_EQ(d.all_in<usage_counter>(where).size(), 1U);
    EXPECT_EQ(d.all_in<provider_key>(where).size(), 3U);  // the tenant's stay
  }
  EXPECT_EQ(report.at("chats"), 6);
  EXPECT_EQ(report.at("messages"), 12);
  EXPECT_EQ(report.at("provider_keys"), 3);
  EXPECT_EQ(report.at("idempotency_records"), 6);
  EXPECT_EQ(report.at("sessions"), 3);
  EXPECT_EQ(report.at("refresh_tokens"), 3);
  EXPECT_EQ(report.at("api_tokens"), 2);  // one went when they left
  EXPECT_EQ(report.at("invitations"), 1);
  EXPECT_EQ(report.at("users"), 1);
  EXPECT_EQ(d.all_of<user>().size(), 1U);
  EXPECT_EQ(d.all_of<membership>().size(), 3U);
  EXPECT_EQ(d.all_of<password>().size(), 1U);
  EXPECT_TRUE(d.all_of<invitation>().empty());
  EXPECT_EQ(d.revocations(), before + 1);
  EXPECT_FALSE(sync_wait(d.engine->audit().list(page_request(), d.user)).items.empty());
}

TEST(Erasure, LeavesWhatAUserSharedToTheEldestOwnerOfTheTenant) {
  desk d;
  auto const bob = d.add_user("bob");
  auto const carol = d.add_user("carol");
  write_prompt(d, d.tenant, bob, "greeting", visibility::private_, "hello");
  auto const shared = write_prompt(d, d.tenant, d.user, "review", visibility::tenant, "review");
  auto const of_taken_command = write_prompt(d, d.tenant, d.user, "welcome", visibility::tenant, "hello");
  auto const of_taken_name = write_prompt(d, d.tenant, d.user, "greeting", visibility::tenant, "greet");
  write_prompt(d, d.tenant, d.user, "diary", visibility::private_);

  auto const report = sync_wait(d.engine->users().erase(d.user));

  ASSERT_EQ(report.handed_over.size(), 1U);
  EXPECT_EQ(report.handed_over[0].table, "prompt_templates");
  EXPECT_EQ(report.handed_over[0].rows, 3);
  EXPECT_EQ(counts(report).at("prompt_templates"), 1);
  EXPECT_EQ(d.all_in<prompt_template>(d.tenant).size(), 4U);
  auto const kept = sync_wait(d.as(carol).templates().get(shared));
  EXPECT_EQ(kept.prompt.owner_id, bob);
  EXPECT_EQ(kept.prompt.name, "review");
  EXPECT_EQ(kept.prompt.command, "review");
  EXPECT_EQ(kept.version.messages.at(0).text, "Good morning.");
  auto const without_command = sync_wait(d.as(carol).templates().get(of_taken_command)).prompt;
  EXPECT_EQ(without_command.name, "welcome");
  EXPECT_EQ(without_command.command, std::nullopt);
  auto const renamed = sync_wait(d.as(carol).templates().get(of_taken_name)).prompt;
  EXPECT_EQ(renamed.name, "greeting (" + to_string(of_taken_name) + ")");
  EXPECT_EQ(renamed.command, "greet");
}

TEST(Erasure, TakesWhatAUserSharedAlongWhereNobodyOwnsTheTenant) {
  desk d;
  auto const bob = d.add_user("bob");
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  sync_wait(d.engine->users().join(globex.id, bob, member_role::member));
  write_prompt(d, globex.id, bob, "review", visibility::tenant);

  auto const report = sync_wait(d.engine->users().erase(bob));

  EXPECT_EQ(report.handed_over.at(0).rows, 0);
  EXPECT_EQ(counts(report).at("prompt_templates"), 1);
  EXPECT_TRUE(d.all_in<prompt_template>(globex.id).empty());
}

TEST(Erasure, IsNotStoppedByWhoIsDamagedInAnotherTenant) {
  desk_options options;
  auto const store = std::make_shared<tests::watched_storage>(std::move(options.storage));
  options.storage = store;
  desk d(options);
  auto const bob = d.add_user("bob");
  auto const globex = sync_wait(d.engine->tenants().create("globex"));
  sync_wait(d.engine->users().join(globex.id, bob, member_role::owner));
  for (auto const& place : d.all_of<membership>())
    if (place.tenant_id == globex.id) store->damage("memberships", value(place.id.value));

  auto const report = sync_wait(d.engine->users().erase(d.user));

  EXPECT_EQ(counts(report).at("users"), 1);
}

TEST(Erasure, TakesAlongASharedPromptThatIsDamaged) {
  desk_options options;
  auto const store = std::make_shared<tests::watched_storage>(std::move(options.storage));
  options.storage = store;
  desk d(options);
  d.add_user("bob");
  store->damage("prompt_templates", value(write_prompt(d, d.tenant, d.user, "broken", visibility::tenant).value));

  auto const report = sync_wait(d.engine->users().erase(d.user));

  EXPECT_EQ(report.handed_over.at(0).rows, 0);
  EXPECT_EQ(counts(report).at("prompt_templates"), 1);
}

TEST(Erasure, TakesAlongWhatTheNewOwnerHasEveryNameOf) {
  desk d;
  auto const bob = d.add_user("bob");
  auto const shared = write_prompt(d, d.tenant, d.user, "review", visibility::tenant);
  write_prompt(d, d.tenant, bob, "review", visibility::private_);
  write_prompt(d, d.tenant, bob, "review (" + to_string(shared) + ")", visibility::private_);

  auto const report = sync_wait(d.engine->users().erase(d.user));

  EXPECT_EQ(report.handed_over.at(0).rows, 0);
  EXPECT_EQ(counts(report).at("prompt_templates"), 1);
}

TEST(Erasure, OfTwoOwnersAtOnceLosesNothingThatWasShared) {
  desk d;
  auto const bob = d.add_user("bob");
  auto const carol = d.add_user("carol");
  write_prompt(d, d.tenant, d.user, "review", visibility::tenant);
  auto users = d.engine->users();
  std::vector<task<erasure_report>> erasing;
  erasing.push_back(users.erase(d.user));
  erasing.push_back(users.erase(bob));

  for (auto const& one : tests::together(std::move(erasing))) EXPECT_TRUE(one);

  EXPECT_EQ(names_of(d, d.tenant, carol), (names{"review"}));
}

// A desk whose storage lets a test step in.
struct watched_desk {
  std::shared_ptr<tests::watched_storage> store =
      std::make_shared<tests::watched_storage>(std::move(desk_options().storage));
  desk d{on(store)};

 private:
  static desk_options on(std::shared_ptr<storage> store) {
    desk_options options;
    options.storage = std::move(store);
    return options;
  }
};

// By somebody who goes as well, and saw them still there.
TEST(Erasure, GivesOnWhatItsUserIsGivenMeanwhile) {
  watched_desk watched;
  auto& d = watched.d;
  auto const bob = d.add_user("bob");
  auto const shared = write_prompt(d, d.tenant, d.user, "review", visibility::tenant);
  watched.store->after_read_of("prompt_templates", [&]() -> task<void> {
    collection<prompt_template> const prompts(*d.storage, testing::tenant_scope(d.tenant));
    auto given = prompts.write(update<prompt_template>(shared).set(&prompt_template::owner_id, bob));
    (void)co_await std::move(given);
  });

  auto const report = sync_wait(d.engine->users().erase(bob));

  EXPECT_EQ(names_of(d, d.tenant, d.user), (names{"review"}));
  EXPECT_EQ(report.handed_over.at(0).rows, 1);
}

// Whoever takes it was there when they were asked, and is gone when they have it.
TEST(Erasure, LeavesNothingToSomebodyWhoGoesMeanwhile) {
  watched_desk watched;
  auto& d = watched.d;
  auto const bob = d.add_user("bob");
  auto const carol = d.add_user("carol");
  for (auto const* name : {"one", "other"}) write_prompt(d, d.tenant, d.user, name, visibility::tenant);
  watched.store->after_read_of("prompt_templates", [&]() -> task<void> {
    watched.store->after_read_of("users", [&]() -> task<void> {
      auto going = d.engine->users().erase(bob);
      (void)co_await std::move(going);
    });
    co_return;
  });

  auto const report = sync_wait(d.engine->users().erase(d.user));

  EXPECT_EQ(names_of(d, d.tenant, carol).size(), 2U);
  EXPECT_EQ(report.handed_over.at(0).rows, 2);
}

TEST(Erasure, OfAnOwnerIsNotRefusedForATenantThatGoesMeanwhile) {
  watched_desk watched;
  auto& d = watched.d;
  watched.store->after_read_of("tenants", [&]() -> task<void> {
    auto going = d.engine->tenants().erase(d.tenant);
    (void)co_await std::move(going);
  });

  sync_wait(d.engine->users().erase(d.user));

  EXPECT_TRUE(d.all_of<user>().empty());
  EXPECT_TRUE(d.all_of<tenant>().empty());
}

TEST(Erasure, OfAUserGoesOnWhereverItWasCutOff) {
  for (int writes = 0;; ++writes) {
    auto const storage = std::make_shared<failing_storage>(tests::fresh_storage());
    desk_options options;
    options.storage = storage;
    desk d(options);
    auto const bob = d.add_user("bob");
    furnish(d, d.tenant, bob);
    write_prompt(d, d.tenant, bob, "shared", visibility::tenant);
    sync_wait(d.engine->shutdown());
    storage->allow(writes);
    auto const cut_off = sync_wait(as_result(d.engine->users().erase(bob)));
    if (cut_off) break;
    ASSERT_EQ(cut_off.error().code, errc::unavailable);
    storage->allow(1'000'000);
    if (writes == 0) continue;

    engine_options settings;
    settings.storage = storage;
    engine next(d.io.get_executor(), std::move(settings));
    sync_wait(next.start());

    ASSERT_EQ(rows_in(d, d.tenant), 1U) << writes;  // the tenant's key
    ASSERT_EQ(names_of(d, d.tenant, d.user), (names{"shared"})) << writes;
    ASSERT_EQ(d.all_of<user>().size(), 1U) << writes;
    ASSERT_EQ(d.all_of<membership>().size(), 1U) << writes;
    ASSERT_TRUE(d.all_of<session>().empty()) << writes;
    ASSERT_TRUE(d.all_of<refresh_token>().empty()) << writes;
    ASSERT_TRUE(d.all_of<api_token>().empty()) << writes;
    sync_wait(next.shutdown());
  }
}

TEST(Erasure, MayRunTwiceAtOnce) {
  desk d;
  auto const bob = d.add_user("bob");
  furnish(d, d.tenant, d.user);
  furnish(d, d.tenant, bob);
  auto tenants = d.engine->tenants();
  auto users = d.engine->users();
  std::vector<task<erasure_report>> erasing;
  for (int i = 0; i < 2; ++i) erasing.push_back(users.erase(bob));
  for (int i = 0; i < 3; ++i) erasing.push_back(tenants.erase(d.tenant));

  auto const outcomes = tests::together(std::move(erasing));

  for (auto const& one : outcomes) EXPECT_TRUE(one || one.error().code == errc::not_found) << one.error().message;
  EXPECT_EQ(rows_in(d, d.tenant), 0U);
  EXPECT_TRUE(d.all_of<tenant>().empty());
  EXPECT_EQ(d.all_of<user>().size(), 1U);
}

}  // namespace
}  // namespace sambung::erasure_test
