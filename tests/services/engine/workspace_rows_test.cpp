// Rows of an application whose table is known at run time alone, as another language's are.
#include "support/people.hpp"
#include "support/thrown.hpp"

#include <sambung/storage/described_row.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace sambung::workspace_rows_test {

using namespace sambung::tests;

namespace {

field column(std::string name, column_type type) {
  field made;
  made.name = std::move(name);
  made.type = type;
  return made;
}

// notes: id, owner_id, slug, text, data (JSON or null), revision
record_description notes() {
  record_description made;
  made.table = "notes";
  made.fields = {column("id", column_type::uuid),   column("owner_id", column_type::uuid),
                 column("slug", column_type::text), column("text", column_type::text),
                 column("data", column_type::json), column("revision", column_type::integer)};
  made.fields[1].user = true;
  made.fields[3].max_bytes = 20;
  made.fields[4].nullable = true;
  made.indexes = {{{"owner_id"}, false}, {{"slug"}, true}};
  made.search = {"text"};
  made.ownership.kind = owner_kind::user;
  made.ownership.owner = "owner_id";
  return made;
}

desk_options with_notes() {
  desk_options options;
  options.modules.push_back(module_schema("pocket").table(notes()));
  return options;
}

class WorkspaceRows : public ::testing::Test {
 protected:
  workspace_rows at() { return d.as(d.user).rows("notes"); }
  uuid fresh() { return d.ids.next(); }

  row note(std::string slug, std::string text) {
    return {value(fresh()),
            value(d.user.value),
            value(std::move(slug)),
            value(std::move(text)),
            value(std::string(R"({"pages": 3})")),
            value(std::int64_t{1})};
  }
  row stored(std::string slug, std::string text) {
    auto made = note(std::move(slug), std::move(text));
    sync_wait(at().write(at().insert(made)));
    return made;
  }

  desk d{with_notes()};
};

condition revision_is(std::int64_t number) { return condition("revision", comparison::equal, value(number)); }

std::string text_of_note(row const& one) { return std::get<std::string>(one.at(3)); }

}  // namespace

TEST_F(WorkspaceRows, KeepWhatWasWritten) {
  auto const made = stored("tea", "Buy tea");

  auto const found = sync_wait(at().get(made.front()));

  EXPECT_EQ(text_of_note(found), "Buy tea");
  EXPECT_EQ(found.front(), made.front());
  EXPECT_EQ(at().description().fields[1].json_name, "ownerId");
  auto const shown = json_of_row(at().description(), found).value();
  EXPECT_EQ(shown.at("data").at("pages").as_int64(), 3);
  EXPECT_EQ(shown.at("ownerId").as_string(), to_string(d.user));
}

TEST_F(WorkspaceRows, AreListedPageByPage) {
  for (int i = 0; i < 5; ++i) stored("note" + std::to_string(i), "text " + std::to_string(i));

  auto const first = sync_wait(at().list(at().where("owner_id", value(d.user.value)), page_request(3)));
  auto const rest =
      sync_wait(at().list(at().where("owner_id", value(d.user.value)), page_request(3, first.next_cursor)));

  ASSERT_EQ(first.items.size(), 3U);
  EXPECT_EQ(text_of_note(first.items.front()), "text 4");
  ASSERT_EQ(rest.items.size(), 2U);
  EXPECT_FALSE(rest.next_cursor);
  EXPECT_EQ(text_of_note(sync_wait(at().first(at().where("slug", value(std::string("note2")))))), "text 2");
}

TEST_F(WorkspaceRows, AreFoundByTheirWords) {
  stored("tea", "Green tea");
  stored("rice", "Rice");
  stored("cup", "A cup for tea");

  auto const first = sync_wait(at().search(text_query("notes", "TEA"), page_request(1)));
  auto const second = sync_wait(at().search(text_query("notes", "TEA"), page_request(1, first.next_cursor)));

  ASSERT_EQ(first.items.size(), 1U);
  EXPECT_EQ(text_of_note(first.items.front()), "A cup for tea");
  ASSERT_EQ(second.items.size(), 1U);
  EXPECT_EQ(text_of_note(second.items.front()), "Green tea");
}

TEST_F(WorkspaceRows, ChangeOnlyAsTheyWereSeen) {
  auto const made = stored("tea", "Buy tea");
  std::vector<assignment> set{{"text", value(std::string("Buy rice"))}, {"revision", value(std::int64_t{2})}};

  sync_wait(at().write(at().update(made.front(), set, {revision_is(1)})));

  EXPECT_EQ(text_of_note(sync_wait(at().get(made.front()))), "Buy rice");
  EXPECT_EQ(failure_of(at().write(at().update(made.front(), set, {revision_is(1)}))).code, errc::conflict);
  EXPECT_EQ(failure_of(at().write(at().erase(made.front(), {revision_is(1)}))).code, errc::conflict);
  sync_wait(at().write(at().erase(made.front(), {revision_is(2)})));
  EXPECT_EQ(failure_of(at().get(made.front())).code, errc::not_found);
}

TEST_F(WorkspaceRows, HappenTogetherOrNotAtAll) {
  stored("tea", "Buy tea");
  batch b;
  b.add(at().insert(note("rice", "Buy rice")));
  b.add(at().insert(note("tea", "Once more")));

  auto const refused = failure_of(at().write(b));

  EXPECT_EQ(refused.code, errc::already_exists);
  EXPECT_EQ(refused.issues.at(0).path, "changes[1]");
  EXPECT_EQ(sync_wait(at().list(at().all())).items.size(), 1U);
}

TEST_F(WorkspaceRows, KeepToTheirDescription) {
  auto wrong = note("tea", "This text is longer than twenty bytes");
  wrong[5] = value(std::string("one"));

  auto const refused = failure_of(at().write(at().insert(wrong)));

  EXPECT_EQ(refused.code, errc::invalid_argument);
  ASSERT_EQ(refused.issues.size(), 2U);
  EXPECT_NE(refused.issues[0].path.find("text"), std::string::npos);
  EXPECT_NE(refused.issues[1].path.find("revision"), std::string::npos);
}

TEST_F(WorkspaceRows, OfAnotherTenantAreNotThere) {
  auto const made = stored("tea", "Buy tea");
  auto const other = sync_wait(d.engine->tenants().create("umbrella")).id;
  auto const there = d.engine->workspace(principal::trusted(other, d.user, member_role::owner)).rows("notes");

  EXPECT_EQ(failure_of(there.get(made.front())).code, errc::not_found);
  EXPECT_TRUE(sync_wait(there.list(there.all())).items.empty());
  EXPECT_TRUE(sync_wait(there.search(text_query("notes", "tea"))).items.empty());
  EXPECT_EQ(failure_of(there.write(there.erase(made.front()))).code, errc::not_found);
  sync_wait(there.write(there.insert(note("tea", "Theirs"))));  // the unique slug is taken in the other tenant alone
  EXPECT_EQ(text_of_note(sync_wait(at().get(made.front()))), "Buy tea");
}

TEST_F(WorkspaceRows, AreOfTheApplicationsOwnTables) {
  auto const chats = d.as(d.user);

  EXPECT_EQ(code_thrown_by([&] { chats.rows("chats"); }), errc::invalid_argument);
  EXPECT_EQ(code_thrown_by([&] { chats.rows("nothing"); }), errc::invalid_argument);
  EXPECT_EQ(failure_of(at().list(query("chats"))).code, errc::invalid_argument);
  EXPECT_EQ(failure_of(at().search(text_query("chats", "tea"))).code, errc::invalid_argument);
  EXPECT_EQ(failure_of(at().write(erase_row{"chats", value(fresh()), {}})).code, errc::invalid_argument);
}

TEST_F(WorkspaceRows, RefuseACursorOfAnotherList) {
  stored("tea", "Buy tea");
  stored("rice", "Buy rice");
  auto const page = sync_wait(at().list(at().all(), page_request(1)));
  auto const of_others = page_request(1, page.next_cursor);

  EXPECT_EQ(failure_of(at().list(at().where("owner_id", value(d.user.value)), of_others)).code, errc::invalid_argument);
  EXPECT_EQ(failure_of(at().list(at().all(), page_request(0))).code, errc::invalid_argument);
}

// A cursor that is cut off behind what names its list has no place to go on from.
TEST_F(WorkspaceRows, RefuseACursorWithoutAPlace) {
  stored("tea", "Green tea");
  auto const cut = page_request(1, detail::encode_cursor(row(), at().all(), at().description()));

  EXPECT_EQ(failure_of(at().search(text_query("notes", "tea"), cut)).code, errc::invalid_argument);
}

TEST_F(WorkspaceRows, GoWithTheirUser) {
  auto const made = stored("tea", "Buy tea");

  auto const taken = sync_wait(d.account(d.user).export_data());
  auto const& all = taken.items;
  auto const note_there = std::ranges::find(all, "notes", &exported_record::table);
  ASSERT_NE(note_there, all.end());
  EXPECT_EQ(note_there->record.at("text").as_string(), "Buy tea");

  sync_wait(d.engine->users().create(d.tenant, "bob@acme.example", member_role::owner));
  sync_wait(d.engine->users().erase(d.user));

  auto const others = d.as(sync_wait(d.engine->users().find("bob@acme.example")).id).rows("notes");
  EXPECT_EQ(failure_of(others.get(made.front())).code, errc::not_found);
}

}  // namespace sambung::workspace_rows_test
