// A database from before folders, in which nothing said when something last happened in a chat.
#include "support/desk.hpp"

#include <sambung/records/active_turn.hpp>
#include <sambung/records/audit_entry.hpp>
#include <sambung/records/feedback.hpp>
#include <sambung/records/idempotency_record.hpp>
#include <sambung/records/invitation.hpp>
#include <sambung/records/list_epoch.hpp>
#include <sambung/records/message_text.hpp>
#include <sambung/records/password.hpp>
#include <sambung/records/prompt_label.hpp>
#include <sambung/records/prompt_version.hpp>
#include <sambung/records/provider_key.hpp>
#include <sambung/records/quota.hpp>
#include <sambung/records/refresh_token.hpp>
#include <sambung/records/session.hpp>
#include <sambung/records/tool_decision.hpp>
#include <sambung/records/tool_grant.hpp>

#include <gtest/gtest.h>

namespace sambung::folder_migration_test {

// Module version 9 as it was.
namespace before_folders {

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
  std::optional<std::string> external_id;
};
BOOST_DESCRIBE_STRUCT(chat, (),
                      (id, owner_id, title, model, system_prompt, head_id, cancel_after_ms, state, created_at,
                       updated_at, revision, external_id))
inline record_description describe_record(record_of<chat>) {
  return record<chat>("chats")
      .text(&chat::title, 0, 200)
      .text(&chat::model, 1, 200)
      .text(&chat::system_prompt, 0, 65'536)
      .text(&chat::external_id, 1, 200)
      .index(&chat::owner_id, &chat::state)
      .index(&chat::state)
      .unique(&chat::external_id)
      .searchable(&chat::title)
      .owned_by(&chat::owner_id);
}

// Until version 13 without an index by owner.
struct message_text {
  message_id id;
  sambung::chat_id chat_id;
  user_id owner_id;
  sambung::role role = sambung::role::user;
  std::string text;
  std::string marks;
  timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(message_text, (), (id, chat_id, owner_id, role, text, marks, created_at))
inline record_description describe_record(record_of<message_text>) {
  return record<message_text>("message_texts")
      .text(&message_text::text, 0, max_message_text_bytes)
      .text(&message_text::marks, 0, 300)
      .index(&message_text::chat_id)
      .refers_to(&message_text::chat_id, "chats")
      .part_of(&message_text::chat_id, "chats")
      .not_exported("the beginning of a message that is exported itself")
      .searchable(&message_text::text, &message_text::marks);
}

schema_ref schema_of_then() {
  module_schema module("sambung");
  module.table<tenant>().table<user>().table<membership>().table<api_token>();
  module.table<chat>().table<message>().table<turn_chunk>();
  module.table<usage_counter>().table<idempotency_record>();
  module.table<password>().table<session>().table<refresh_token>().table<invitation>();
  module.table<audit_entry>().table<security_epoch>().table<provider_key>();
  module.table<quota>().table<list_epoch>().table<tool_decision>().table<tool_grant>();
  module.table<tag>().table<tagging>().table<message_text>().table<text_progress>().table<active_turn>();
  module.table<prompt_template>().table<prompt_version>().table<prompt_label>().table<feedback>();
  for (int version = 2; version <= 9; ++version) module.migrate(version, {});
  return std::make_shared<schema const>(std::vector<module_schema>{module});
}

}  // namespace before_folders

namespace {

using ids = std::vector<chat_id>;

// What version 9 stored: "acme", its owner Ada, and two chats of hers.
struct old_database {
  old_database() {
    auto const storage = database.open();
    sync_wait(storage->migrate(before_folders::schema_of_then())).value();
    auto const now = system_clock()->now();
    tenant acme;
    acme.id = tenant_id{makes.next()};
    acme.name = "acme";
    acme.created_at = now;
    user ada;
    ada.id = user_id{makes.next()};
    ada.email = "ada@acme.example";
    ada.created_at = now;
    membership place;
    place.id = membership_id{makes.next()};
    place.tenant_id = acme.id;
    place.user_id = ada.id;
    place.role = member_role::owner;
    place.created_at = now;
    batch system;
    system.add(insert(acme)).add(insert(ada)).add(insert(place));
    sync_wait(storage->write(testing::system_scope(), std::move(system))).value();
    batch chats;
    for (auto const* title : {"older", "newer"}) {
      before_folders::chat one;
      one.id = chat_id{makes.next()};
      one.owner_id = ada.id;
      one.title = title;
      one.model = "scripted/model";
      one.created_at = one.updated_at = now;
      chats.add(insert(one));
      made.push_back(one.id);
    }
    before_folders::message_text said;
    said.id = message_id{makes.next()};
    said.chat_id = made.front();
    said.owner_id = owner = ada.id;
    said.text = "narwhal";
    said.created_at = now;
    chats.add(insert(said));
    where = testing::tenant_scope(acme.id);
    sync_wait(storage->write(*where, std::move(chats))).value();
  }

  tests::lasting_database database;
  id_generator makes{system_clock(), system_random()};
  ids made;  // the older one first
  user_id owner;
  std::optional<scope> where;
};

tests::desk_options on(old_database& old) {
  tests::desk_options options;
  options.storage = old.database.open();
  return options;
}

ids listed(tests::desk& d, chat_list_options const& what = chat_list_options()) {
  ids all;
  for (auto const& one : sync_wait(d.chats().list(page_request(), what)).items) all.push_back(one.id);
  return all;
}

TEST(FolderMigration, KeepsChatsInTheOrderTheyHad) {
  old_database old;

  tests::desk d(on(old));

  EXPECT_EQ(listed(d), (ids{old.made[1], old.made[0]}));
  auto const kept = sync_wait(d.chats().get(old.made[0]));
  EXPECT_EQ(kept.title, "older");
  EXPECT_EQ(kept.folder_id, std::nullopt);
  EXPECT_FALSE(kept.pinned);
  EXPECT_FALSE(kept.archived);
  EXPECT_EQ(kept.active_at, timestamp());
  auto const added = d.new_chat();
  EXPECT_EQ(listed(d), (ids{added.id, old.made[1], old.made[0]}));
}

TEST(FolderMigration, BringsWhatChatsAreKeptInOrderBy) {
  old_database old;
  tests::desk d(on(old));
  auto const work = sync_wait(d.as(d.user).organise().create_folder("Work"));

  d.model->push(tests::say("hello"));
  auto turn = sync_wait(d.chats().send(old.made[0], "hi"));
  (void)sync_wait(turn.answer());
  sync_wait(d.chats().move(old.made[1], work.id));

  EXPECT_EQ(listed(d), (ids{old.made[0], old.made[1]}));
  EXPECT_GT(sync_wait(d.chats().get(old.made[0])).active_at, timestamp());
  chat_list_options in_work;
  in_work.folder = work.id;
  EXPECT_EQ(listed(d, in_work), ids{old.made[1]});
}

TEST(FolderMigration, BringsAnIndexOfTextsByOwner) {
  old_database old;
  tests::desk d(on(old));

  auto const texts = sync_wait(
      d.storage->read(*old.where, collection<message_text>::where(&message_text::owner_id, old.owner).limit(2)));
  auto const found = sync_wait(d.storage->search(
      *old.where, text_query("message_texts", "narwhal").where(where(&message_text::owner_id, old.owner))));

  EXPECT_EQ(texts.value().items.size(), 1U);
  EXPECT_EQ(found.value().items.size(), 1U);
}

}  // namespace
}  // namespace sambung::folder_migration_test
