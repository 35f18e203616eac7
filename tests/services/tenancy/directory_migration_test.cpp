// A database from before external ids, in which every user had an address.
#include "support/desk.hpp"
#include "support/people.hpp"

#include <sambung/core/id_generator.hpp>
#include <sambung/records/active_turn.hpp>
#include <sambung/records/audit_entry.hpp>
#include <sambung/records/idempotency_record.hpp>
#include <sambung/records/invitation.hpp>
#include <sambung/records/list_epoch.hpp>
#include <sambung/records/password.hpp>
#include <sambung/records/provider_key.hpp>
#include <sambung/records/quota.hpp>
#include <sambung/records/refresh_token.hpp>
#include <sambung/records/session.hpp>

#include <gtest/gtest.h>

namespace sambung::directory_migration_test {

// Module version 4 as it was.
namespace before_directory {

struct tenant {
  tenant_id id;
  std::string name;
  timestamp created_at;
  std::int64_t revision = 1;
  tenant_state state = tenant_state::active;
  std::optional<user_id> suspended_by;
};
BOOST_DESCRIBE_STRUCT(tenant, (), (id, name, created_at, revision, state, suspended_by))
inline record_description describe_record(record_of<tenant>) {
  return record<tenant>("tenants")
      .system()
      .text(&tenant::name, 1, 100)
      .unique(&tenant::name)
      .index(&tenant::state)
      .not_personal("as now");
}

struct user {
  user_id id;
  std::string email;
  timestamp created_at;
  std::int64_t revision = 1;
  user_state state = user_state::active;
  std::string name;
  std::optional<std::string> image;
  bool email_verified = false;
  boost::json::object settings;
  std::optional<timestamp> updated_at;
};
BOOST_DESCRIBE_STRUCT(user, (),
                      (id, email, created_at, revision, state, name, image, email_verified, settings, updated_at))
inline record_description describe_record(record_of<user>) {
  return record<user>("users")
      .system()
      .text(&user::email, 3, 254)
      .text(&user::name, 0, 200)
      .text(&user::image, 1, 65'536)
      .unique(&user::email)
      .index(&user::state)
      .owned_by(&user::id);
}

struct chat {
  chat_id id;
  user_id owner_id;
  std::string title;
  std::string model;
  std::string system_prompt;
  std::optional<message_id> head_id;
  std::optional<std::int64_t> cancel_after_ms;
  chat_state state = chat_state::active;
  timestamp created_at;
  timestamp updated_at;
  std::int64_t revision = 1;
};
BOOST_DESCRIBE_STRUCT(chat, (),
                      (id, owner_id, title, model, system_prompt, head_id, cancel_after_ms, state, created_at,
                       updated_at, revision))
inline record_description describe_record(record_of<chat>) {
  return record<chat>("chats")
      .text(&chat::title, 0, 200)
      .text(&chat::model, 1, 200)
      .text(&chat::system_prompt, 0, 65'536)
      .index(&chat::owner_id, &chat::state)
      .index(&chat::state)
      .searchable(&chat::title)
      .owned_by(&chat::owner_id);
}

schema_ref schema_of_then() {
  module_schema module("sambung");
  module.table<tenant>().table<user>().table<membership>().table<api_token>();
  module.table<chat>().table<message>().table<active_turn>().table<turn_chunk>();
  module.table<usage_counter>().table<idempotency_record>();
  module.table<password>().table<session>().table<refresh_token>().table<invitation>();
  module.table<audit_entry>().table<security_epoch>().table<provider_key>();
  module.table<quota>().table<list_epoch>();
  module.migrate(2, {}).migrate(3, {}).migrate(4, {});
  return std::make_shared<schema const>(std::vector<module_schema>{module});
}

}  // namespace before_directory

namespace {

using tests::code_of;

// What version 4 stored: "acme", its owner Ada, and a chat of hers.
struct old_database {
  old_database() {
    auto const storage = database.open();
    sync_wait(storage->migrate(before_directory::schema_of_then())).value();
    auto const now = system_clock()->now();
    tenant = tenant_id{ids.next()};
    user = user_id{ids.next()};
    before_directory::tenant acme;
    acme.id = tenant;
    acme.name = "acme";
    acme.created_at = now;
    before_directory::user ada;
    ada.id = user;
    ada.email = "ada@acme.example";
    ada.created_at = now;
    ada.settings = {{"theme", "dark"}};
    membership place;
    place.id = membership_id{ids.next()};
    place.tenant_id = tenant;
    place.user_id = user;
    place.role = member_role::owner;
    place.created_at = now;
    batch system;
    system.add(insert(acme)).add(insert(ada)).add(insert(place));
    sync_wait(storage->write(testing::system_scope(), std::move(system))).value();
    before_directory::chat talk;
    talk.id = chat = chat_id{ids.next()};
    talk.owner_id = user;
    talk.title = "Onboarding";
    talk.model = "scripted/model";
    talk.created_at = talk.updated_at = now;
    sync_wait(storage->write(testing::tenant_scope(tenant), batch().add(insert(talk)))).value();
  }

  tests::lasting_database database;
  id_generator ids{system_clock(), system_random()};
  tenant_id tenant;
  user_id user;
  chat_id chat;
};

tests::desk_options on(old_database& old) {
  tests::desk_options options;
  options.storage = old.database.open();
  return options;
}

TEST(DirectoryMigration, KeepsWhatWasStored) {
  old_database old;

  tests::desk d(on(old));

  EXPECT_EQ(d.tenant, old.tenant);
  EXPECT_EQ(d.user, old.user);
  auto const ada = sync_wait(d.engine->users().get(old.user));
  EXPECT_EQ(ada.email, "ada@acme.example");
  EXPECT_EQ(ada.settings.at("theme").as_string(), "dark");
  EXPECT_EQ(ada.external_id, std::nullopt);
  auto const found = sync_wait(d.chats().search("onboarding"));
  ASSERT_EQ(found.items.size(), 1U);
  EXPECT_EQ(found.items[0].id, old.chat);
  EXPECT_EQ(found.items[0].external_id, std::nullopt);
}

TEST(DirectoryMigration, KeepsAddressesUnique) {
  old_database old;
  tests::desk d(on(old));

  EXPECT_EQ(code_of(d.engine->users().create(d.tenant, "ada@acme.example")), errc::already_exists);
  tests::give_password(d, d.user, tests::right_password);
  EXPECT_EQ(sync_wait(d.engine->auth().sign_in("ada@acme.example", tests::secret(tests::right_password))).user.id,
            d.user);
}

TEST(DirectoryMigration, BringsTheApplicationsKeys) {
  old_database old;
  tests::desk d(on(old));

  auto const eve = sync_wait(d.engine->users().ensure("agent-7", "Eve"));
  auto const zoe = sync_wait(d.engine->users().ensure("agent-8", "Zoe"));
  auto const globex = sync_wait(d.engine->tenants().ensure("customer-42", "Globex"));
  new_chat const from("Printer", "scripted/model");
  auto const ticket = sync_wait(d.chats().ensure("ticket-1", from));

  EXPECT_NE(eve.id, zoe.id);
  EXPECT_EQ(sync_wait(d.engine->tenants().find_external("customer-42")).id, globex.id);
  EXPECT_EQ(sync_wait(d.chats().find_external("ticket-1")).id, ticket.id);
  auto other = from;
  other.external_id = "ticket-2";
  EXPECT_EQ(code_of(d.chats().ensure("ticket-1", other)), errc::conflict);
  other.external_id = "ticket-1";
  EXPECT_EQ(sync_wait(d.chats().ensure("ticket-1", other)).id, ticket.id);
}

}  // namespace
}  // namespace sambung::directory_migration_test
