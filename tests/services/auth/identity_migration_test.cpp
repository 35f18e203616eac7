// A database from before identity: its tenants, users, tokens and usage stay what they were.
#include "support/desk.hpp"

#include <sambung/core/id_generator.hpp>
#include <sambung/records/active_turn.hpp>
#include <sambung/records/idempotency_record.hpp>

#include <gtest/gtest.h>

namespace sambung::identity_migration_test {

// Module version 1 as it was.
namespace before_identity {

struct tenant {
  tenant_id id;
  std::string name;
  timestamp created_at;
  std::int64_t revision = 1;
};
BOOST_DESCRIBE_STRUCT(tenant, (), (id, name, created_at, revision))
inline record_description describe_record(record_of<tenant>) {
  return record<tenant>("tenants").system().text(&tenant::name, 1, 100).unique(&tenant::name);
}

struct user {
  user_id id;
  std::string email;
  timestamp created_at;
  std::int64_t revision = 1;
};
BOOST_DESCRIBE_STRUCT(user, (), (id, email, created_at, revision))
inline record_description describe_record(record_of<user>) {
  return record<user>("users").system().text(&user::email, 3, 254).unique(&user::email).owned_by(&user::id);
}

struct membership {
  membership_id id;
  sambung::tenant_id tenant_id;
  sambung::user_id user_id;
  member_role role = member_role::member;
  timestamp created_at;
  std::int64_t revision = 1;
};
BOOST_DESCRIBE_STRUCT(membership, (), (id, tenant_id, user_id, role, created_at, revision))
inline record_description describe_record(record_of<membership>) {
  return record<membership>("memberships")
      .system()
      .unique(&membership::user_id, &membership::tenant_id)
      .index(&membership::tenant_id)
      .owned_by(&membership::user_id);
}

struct api_token {
  token_id id;
  sambung::tenant_id tenant_id;
  sambung::user_id user_id;
  std::string name;
  std::string hash;
  std::string last_four;
  timestamp created_at;
  std::int64_t revision = 1;
};
BOOST_DESCRIBE_STRUCT(api_token, (), (id, tenant_id, user_id, name, hash, last_four, created_at, revision))
inline record_description describe_record(record_of<api_token>) {
  return record<api_token>("api_tokens")
      .system()
      .text(&api_token::name, 1, 100)
      .text(&api_token::hash, 64, 64)
      .internal(&api_token::hash)
      .unique(&api_token::hash)
      .index(&api_token::tenant_id, &api_token::user_id)
      .in_tenant(&api_token::tenant_id)
      .owned_by(&api_token::user_id);
}

struct usage_counter {
  std::string id;
  sambung::user_id user_id;
  std::string day;
  std::string model;
  std::int64_t requests = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t cost_microusd = 0;
};
BOOST_DESCRIBE_STRUCT(usage_counter, (),
                      (id, user_id, day, model, requests, input_tokens, output_tokens, cost_microusd))
inline record_description describe_record(record_of<usage_counter>) {
  return record<usage_counter>("usage_counters")
      .index(&usage_counter::user_id, &usage_counter::day)
      .owned_by(&usage_counter::user_id);
}

schema_ref schema_of_then() {
  module_schema module("sambung");
  module.table<tenant>().table<user>().table<membership>().table<api_token>();
  module.table<chat>().table<message>().table<active_turn>().table<turn_chunk>();
  module.table<usage_counter>().table<idempotency_record>();
  return std::make_shared<schema const>(std::vector<module_schema>{module});
}

}  // namespace before_identity

namespace {

using tests::code_of;

// What an earlier version stored: "acme", its owner Ada, and a token of hers.
struct old_database {
  old_database() {
    auto const storage = database.open();
    sync_wait(storage->migrate(before_identity::schema_of_then())).value();
    tenant = tenant_id{ids.next()};
    user = user_id{ids.next()};
    auto const now = system_clock()->now();
    batch system;
    system.add(insert(before_identity::tenant{tenant, "acme", now}));
    system.add(insert(before_identity::user{user, "ada@acme.example", now}));
    system.add(insert(before_identity::membership{membership_id{ids.next()}, tenant, user, member_role::owner, now}));
    system.add(insert(
        before_identity::api_token{token_id{ids.next()}, tenant, user, "laptop", token_hash(secret), "0000", now}));
    sync_wait(storage->write(testing::system_scope(), std::move(system))).value();
    before_identity::usage_counter used;
    used.id = to_string(user) + "/2026-01-31/scripted/model";
    used.user_id = user;
    used.day = "2026-01-31";
    used.model = "scripted/model";
    used.requests = 7;
    batch own;
    own.add(insert(used));
    sync_wait(storage->write(testing::tenant_scope(tenant), std::move(own))).value();
  }

  tests::lasting_database database;
  id_generator ids{system_clock(), system_random()};
  std::string secret = "smb_" + std::string(43, 'A');
  tenant_id tenant;
  user_id user;
};

tests::desk_options on(old_database& old) {
  tests::desk_options options;
  options.storage = old.database.open();
  return options;
}

TEST(IdentityMigration, KeepsWhatWasStored) {
  old_database old;

  tests::desk d(on(old));

  EXPECT_EQ(d.tenant, old.tenant);
  EXPECT_EQ(d.user, old.user);
  EXPECT_EQ(sync_wait(d.engine->tenants().get(old.tenant)).state, tenant_state::active);
  auto const ada = sync_wait(d.engine->users().get(old.user));
  EXPECT_EQ(ada.state, user_state::active);
  EXPECT_EQ(ada.name, "");
  EXPECT_TRUE(ada.settings.empty());
  ASSERT_EQ(d.usage().size(), 1U);
  EXPECT_EQ(d.usage().front().requests, 7);
  EXPECT_EQ(d.usage().front().key, key_source::configured);
}

TEST(IdentityMigration, KeepsTokensWorkingWithWhatTheyCouldDo) {
  old_database old;
  tests::desk d(on(old));

  auto const who = sync_wait(d.engine->auth().authenticate(old.secret)).acting().value();

  EXPECT_EQ(who.user(), old.user);
  EXPECT_TRUE(who.may(permission::chat_write));
  EXPECT_TRUE(who.may(permission::model_use));
  EXPECT_FALSE(who.may(permission::member_manage));
  auto const made = sync_wait(d.engine->workspace(who).chats().create("Test", "scripted/model"));
  EXPECT_EQ(made.owner_id, old.user);
}

TEST(IdentityMigration, BringsIdentityToTheUsersOfBefore) {
  old_database old;
  tests::desk d(on(old));

  sync_wait(d.account(d.user).change_password(secret_string(), secret_string("correct horse")));
  auto const bob = d.add_user("bob");
  sync_wait(d.account(d.user).leave_tenant(d.tenant));
  sync_wait(d.engine->users().erase(d.user));

  EXPECT_EQ(code_of(d.engine->auth().authenticate(old.secret)), errc::unauthenticated);
  EXPECT_TRUE(d.usage().empty());
  EXPECT_EQ(sync_wait(d.as(bob).members().list()).items.size(), 1U);
}

}  // namespace
}  // namespace sambung::identity_migration_test
