// Whatever a description says of whose a row is, an export has it and an erasure takes it: for every table of the
// engine's own and of an application's, with rows that are made from the descriptions.
#include "support/desk.hpp"
#include "support/sample_rows.hpp"

#include <sambung/engine/standard_schema.hpp>

#include "storage/ownership_check.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <set>

namespace sambung::owned_rows_test {

enum class diary_state { open, burnt };
BOOST_DESCRIBE_ENUM(diary_state, open, burnt)

// Tables of an application's own: one of a user, with parts of parts; one that is part of a chat; one of nobody.
struct diary {
  uuid id;
  user_id owner_id;
  std::string title;
  diary_state state = diary_state::open;
};
BOOST_DESCRIBE_STRUCT(diary, (), (id, owner_id, title, state))
inline record_description describe_record(record_of<diary>) {
  return record<diary>("diaries")
      .index(&diary::owner_id, &diary::state)
      .owned_by(&diary::owner_id)
      .exported_when(&diary::state, diary_state::open)
      .closed_by(&diary::state, diary_state::burnt);
}

struct diary_page {
  std::int64_t number = 0;
  uuid diary_id;
};
BOOST_DESCRIBE_STRUCT(diary_page, (), (number, diary_id))
inline record_description describe_record(record_of<diary_page>) {
  return record<diary_page>("diary_pages")
      .index(&diary_page::diary_id)
      .refers_to(&diary_page::diary_id, "diaries")
      .part_of(&diary_page::diary_id, "diaries");
}

struct diary_line {
  std::string id;
  std::int64_t page = 0;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(diary_line, (), (id, page, text))
inline record_description describe_record(record_of<diary_line>) {
  return record<diary_line>("diary_lines").index(&diary_line::page).part_of(&diary_line::page, "diary_pages");
}

struct bookmark {
  uuid id;
  sambung::chat_id chat_id;
};
BOOST_DESCRIBE_STRUCT(bookmark, (), (id, chat_id))
inline record_description describe_record(record_of<bookmark>) {
  return record<bookmark>("bookmarks").index(&bookmark::chat_id).part_of(&bookmark::chat_id, "chats");
}

struct notice {
  uuid id;
  user_id posted_by;
};
BOOST_DESCRIBE_STRUCT(notice, (), (id, posted_by))
inline record_description describe_record(record_of<notice>) { return record<notice>("notices").not_personal(); }

namespace {

using tests::desk;
using tests::desk_options;
using tests::sample_rows;

std::vector<module_schema> own_modules() {
  module_schema module("own");
  module.table<diary>().table<diary_page>().table<diary_line>().table<bookmark>().table<notice>();
  return {module};
}

desk_options with_own_tables() {
  desk_options options;
  options.modules = own_modules();
  return options;
}

// A desk on which two users have one row in every table that knows owners.
struct furnished {
  furnished() : d(with_own_tables()), schema(standard_schema(own_modules())), ada(d, *schema, d.user) {
    bob = d.add_user("bob");
    bobs.emplace(d, *schema, bob);
  }

  desk d;
  schema_ref schema;
  sample_rows ada;
  user_id bob;
  std::optional<sample_rows> bobs;
};

std::vector<exported_record> export_all(desk& d, user_id who, std::size_t page_size) {
  std::vector<exported_record> all;
  page_request which(page_size);
  do {
    auto found = sync_wait(d.account(who).export_data(which));
    EXPECT_EQ(found.damaged, 0U);
    std::ranges::move(found.items, std::back_inserter(all));
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
  return all;
}

std::string text_of_key(value const& key) {
  if (auto const* id = std::get_if<uuid>(&key)) return to_string(*id);
  if (auto const* number = std::get_if<std::int64_t>(&key)) return std::to_string(*number);
  return std::get<std::string>(key);
}

// "table/key" of every record.
std::multiset<std::string> keys_of(std::vector<exported_record> const& all, schema const& s) {
  std::multiset<std::string> keys;
  for (auto const& one : all) {
    auto const& key = one.record.at(s.find(one.table)->fields.front().json_name);
    keys.insert(one.table + '/' + (key.is_string() ? std::string(key.get_string()) : boost::json::serialize(key)));
  }
  return keys;
}

bool is_exported(record_description const& table) { return table.ownership.not_exported.empty(); }
bool is_erased(record_description const& table) { return table.ownership.not_erased.empty(); }

TEST(OwnedRows, AreThereForEveryTableThatKnowsOwners) {
  furnished house;

  for (auto const& module : house.schema->modules())
    for (auto const& table : module.tables()) {
      bool const marked = table.ownership.has_owner() || !table.ownership.parents.empty();
      EXPECT_EQ(house.ada.rows().contains(table.table), marked) << table.table;
    }
}

TEST(OwnedRows, AreExportedOnceEachAndNobodyElses) {
  furnished house;

  for (std::size_t const page_size : {1, 2, 200}) {
    auto const keys = keys_of(export_all(house.d, house.d.user, page_size), *house.schema);
    for (auto const& [name, made] : house.ada.rows()) {
      auto const& table = *house.schema->find(name);
      EXPECT_EQ(keys.count(name + '/' + text_of_key(made.key)), is_exported(table) ? 1U : 0U) << name << page_size;
    }
    for (auto const& [name, made] : house.bobs->rows())
      EXPECT_EQ(keys.count(name + '/' + text_of_key(made.key)), 0U) << name;
  }
}

TEST(OwnedRows, GoWithTheirUserAndNobodyElsesDo) {
  furnished house;

  auto const report = sync_wait(house.d.engine->users().erase(house.bob));

  for (auto const& [name, made] : house.bobs->rows()) {
    auto const& table = *house.schema->find(name);
    EXPECT_EQ(house.bobs->is_stored(name), !is_erased(table)) << name;
    EXPECT_EQ(std::ranges::count(report.tables, name, &erased_table::table), is_erased(table) ? 1 : 0) << name;
  }
  for (auto const& [name, made] : house.ada.rows()) EXPECT_TRUE(house.ada.is_stored(name)) << name;
}

TEST(OwnedRows, GoWithTheirTenant) {
  furnished house;

  sync_wait(house.d.engine->tenants().erase(house.d.tenant));

  for (auto const& [name, made] : house.ada.rows()) {
    auto const& table = *house.schema->find(name);
    bool const in_tenant = table.scope == table_scope::tenant || !table.ownership.tenant.empty();
    EXPECT_EQ(house.ada.is_stored(name), !in_tenant) << name;
  }
}

TEST(OwnedRows, OfAnApplicationGoWithTheChatTheyArePartOf) {
  furnished house;
  auto& d = house.d;
  auto const chat = d.new_chat();
  auto const other = d.new_chat();
  collection<bookmark> const marks(*d.storage, testing::tenant_scope(d.tenant));
  for (auto const& one : {chat.id, other.id}) {
    bookmark const made{d.ids.next(), one};
    sync_wait(marks.write(insert(made))).value();
  }

  sync_wait(d.chats().remove(chat.id));

  EXPECT_TRUE(sync_wait(marks.list(marks.where(&bookmark::chat_id, chat.id), page_request())).value().items.empty());
  EXPECT_EQ(sync_wait(marks.list(marks.where(&bookmark::chat_id, other.id), page_request())).value().items.size(), 1U);
}

// What is closed is on its way out, and not taken along.
TEST(OwnedRows, ThatAreBeingRemovedAreNotExported) {
  furnished house;
  auto const& mine = house.ada.rows().at("diaries");
  collection<diary> const diaries(*house.d.storage, testing::tenant_scope(house.d.tenant));
  auto burn = update<diary>(std::get<uuid>(mine.key)).set(&diary::state, diary_state::burnt);
  sync_wait(diaries.write(std::move(burn))).value();

  auto const all = export_all(house.d, house.d.user, 200);

  for (auto const* table : {"diaries", "diary_pages", "diary_lines"})
    EXPECT_EQ(std::ranges::count(all, table, &exported_record::table), 0) << table;
}

}  // namespace
}  // namespace sambung::owned_rows_test
