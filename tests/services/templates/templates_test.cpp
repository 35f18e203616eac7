#include "services/templates/prompt_desk.hpp"
#include "support/watched_storage.hpp"

#include <gtest/gtest.h>

namespace sambung::templates_test {
namespace {

using namespace prompt_desk;
using said = std::vector<std::string>;

class Templates : public prompt_test {};

TEST_F(Templates, KeepWhatWasSaid) {
  auto from = prompt("Greeting", text("Hello {{who}}", {variable("who"), variable("unused")}));
  from.description = "Greets";
  from.category = "letters";
  from.command = "greet-1";
  from.config.temperature = 0.5;
  from.note = "first";

  auto const made = keep(from);
  auto const found = sync_wait(ada().get(made.prompt.id));

  EXPECT_EQ(found.prompt.name, "Greeting");
  EXPECT_EQ(found.prompt.command, "greet-1");
  EXPECT_EQ(found.prompt.latest, 1);
  EXPECT_EQ(found.version.messages.at(0).text, "Hello {{who}}");
  EXPECT_EQ(found.version.variables, from.variables);
  EXPECT_EQ(found.version.config.temperature, 0.5);
  EXPECT_EQ(found.version.note, "first");
  EXPECT_EQ(found.version.author_id, d.user);
  ASSERT_EQ(made.warnings.size(), 1u);
  EXPECT_EQ(made.warnings[0].message, "unused is not used");
}

TEST_F(Templates, AreNotKeptWithFaults) {
  auto from = prompt("x", text("a\n {{who}} {{"));
  EXPECT_EQ(issues_of(ada().create(from)),
            (said{"messages[0].text line 2, column 2: \"who\" is not declared",
                  "messages[0].text line 2, column 10: it is not closed by }}; write \\{{ for two braces"}));
  EXPECT_TRUE(sync_wait(ada().list()).items.empty());
  from = prompt("x", text("a"));
  from.command = "Greet";
  EXPECT_EQ(issues_of(ada().create(from)), said{"command small letters, digits and -"});
  from.command.reset();
  from.messages.push_back(from.messages[0]);
  EXPECT_EQ(issues_of(ada().create(from)), said{"messages a prompt of one text has one, without a placeholder"});
  from.kind = prompt_kind::chat;
  from.messages[1].placeholder = "history";
  EXPECT_EQ(issues_of(ada().create(from)), said{"messages[1].text either this or a placeholder"});
  from.messages[1].text.clear();
  EXPECT_EQ(code_of(ada().create(from)), errc{-1});
  EXPECT_EQ(code_of(ada().create(prompt("y", text(std::string(max_prompt_bytes + 1, 'x'))))), errc::invalid_argument);
}

TEST_F(Templates, HaveNoLargerVariablesThanTexts) {
  std::vector<prompt_variable> all;
  std::string uses;
  for (auto const* name : {"a", "b", "c", "d", "e"}) {
    all.push_back(variable(name));
    all.back().default_ = std::string(60'000, 'x');
    uses += "{{" + std::string(name) + "}}";
  }
  EXPECT_EQ(issues_of(ada().create(prompt("x", text(uses, all)))), said{"variables at most 262144 bytes"});

  all.pop_back();
  auto const kept = keep(prompt("x", text(uses.substr(0, uses.size() - 5), all)));
  EXPECT_EQ(rendered(ada(), kept.prompt.id), std::string(4 * 60'000, 'x'));
}

TEST_F(Templates, HaveANameAndACommandOfTheirOwn) {
  auto from = prompt("x", text("a"));
  from.command = "x";
  keep(from);
  EXPECT_EQ(code_of(ada().create(prompt("x", text("b")))), errc::already_exists);
  from.name = "y";
  EXPECT_EQ(code_of(ada().create(from)), errc::already_exists);
  EXPECT_EQ(code_of(ben().create(from)), errc{-1});
}

TEST_F(Templates, SayThatANameOrACommandIsTaken) {
  auto from = prompt("x", text("a"));
  from.command = "x";
  keep(from);
  auto const other = keep(prompt("y", text("a")));
  auto const why = [](auto operation) { return sync_wait(as_result(std::move(operation))).error().message; };

  prompt_update renamed, called;
  renamed.name = "x";
  called.command = "x";

  EXPECT_EQ(why(ada().create(prompt("x", text("b")))), "there is a prompt of that name");
  EXPECT_EQ(why(ada().create(from)), "there is a prompt of that name or command");
  EXPECT_EQ(why(ada().update(other.prompt.id, renamed, 1)), "there is a prompt of that name");
  EXPECT_EQ(why(ada().update(other.prompt.id, called, 1)), "there is a prompt of that name or command");
}

TEST_F(Templates, AreMadeOnceUnderAKey) {
  auto from = prompt("x", text("a"));
  from.idempotency_key = "k";
  auto const first = keep(from);
  EXPECT_EQ(keep(from).prompt.id, first.prompt.id);
  from.name = "y";
  EXPECT_EQ(code_of(ada().create(from)), errc::conflict);
}

TEST_F(Templates, ThatArePrivateDoNotExistForOthers) {
  auto const id = keep(prompt("secret", text("a"))).prompt.id;
  for (auto const& other : {ben(), manager()}) {
    EXPECT_EQ(code_of(other.get(id)), errc::not_found);
    EXPECT_EQ(code_of(other.render(id)), errc::not_found);
    EXPECT_EQ(code_of(other.update(id, content_update(text("b")), 1)), errc::not_found);
    EXPECT_EQ(code_of(other.remove(id)), errc::not_found);
    EXPECT_EQ(code_of(other.versions(id)), errc::not_found);
    EXPECT_EQ(code_of(other.version(id, 1)), errc::not_found);
    EXPECT_EQ(code_of(other.restore(id, 1, 1)), errc::not_found);
    EXPECT_EQ(code_of(other.diff(id, 1, 1)), errc::not_found);
    EXPECT_EQ(code_of(other.labels(id)), errc::not_found);
    EXPECT_EQ(code_of(other.set_label(id, "x", {{1, 1}})), errc::not_found);
    EXPECT_EQ(code_of(other.remove_label(id, "x")), errc::not_found);
    EXPECT_EQ(code_of(other.duplicate(id)), errc::not_found);
    EXPECT_EQ(code_of(other.export_prompts({id})), errc::not_found);
    EXPECT_TRUE(sync_wait(other.list()).items.empty());
    EXPECT_TRUE(sync_wait(other.search("secret")).items.empty());
  }
}

TEST_F(Templates, ThatAreSharedAreReadByAllAndChangedByTheirOwnerAndManagers) {
  auto const made = keep(prompt("shared", text("a"), visibility::tenant));
  auto const id = made.prompt.id;
  EXPECT_EQ(rendered(ben(), id), "a");
  EXPECT_EQ(rendered(of(ben_, member_role::viewer), id), "a");
  EXPECT_EQ(code_of(ben().update(id, content_update(text("b")), 1)), errc::permission_denied);
  EXPECT_EQ(code_of(ben().remove(id)), errc::permission_denied);
  EXPECT_EQ(code_of(ben().set_label(id, "x", {{1, 1}})), errc::permission_denied);
  EXPECT_EQ(sync_wait(manager().update(id, content_update(text("b")), 1)).version.author_id, manager_);
  EXPECT_EQ(rendered(ada(), id), "b");
}

TEST_F(Templates, AreSharedByWhoMay) {
  permission_set const reader{permission::content_read, permission::content_write};
  auto const limited =
      d.engine->workspace(principal(d.tenant, d.user, member_role::owner, authentication::session, reader)).templates();
  EXPECT_EQ(code_of(limited.create(prompt("x", text("a"), visibility::tenant))), errc::permission_denied);
  auto const id = sync_wait(limited.create(prompt("x", text("a")))).prompt.id;
  prompt_update share;
  share.visibility = visibility::tenant;
  EXPECT_EQ(code_of(limited.update(id, share, 1)), errc::permission_denied);
  EXPECT_EQ(sync_wait(ada().update(id, share, 1)).prompt.visibility, visibility::tenant);
  EXPECT_EQ(code_of(limited.update(id, content_update(text("b")), 2)), errc::permission_denied);
  EXPECT_EQ(code_of(of(d.user, member_role::viewer).create(prompt("y", text("a")))), errc::permission_denied);
}

TEST_F(Templates, AreListedOnceEachNewestFirst) {
  std::vector<std::string> names;
  for (int i = 0; i < 7; ++i) {
    auto from = prompt("own " + std::to_string(i), text("a"), i % 2 ? visibility::tenant : visibility::private_);
    from.category = i < 3 ? "letters" : "";
    keep(from);
  }
  sync_wait(ben().create(prompt("foreign", text("a"), visibility::tenant)));
  sync_wait(ben().create(prompt("hidden", text("a"))));
  page_request which(3);
  do {
    auto const found = sync_wait(ada().list(which));
    for (auto const& one : found.items) names.push_back(one.name);
    which.cursor = found.next_cursor;
  } while (which.cursor);
  EXPECT_EQ(names, (said{"foreign", "own 6", "own 5", "own 4", "own 3", "own 2", "own 1", "own 0"}));
  EXPECT_EQ(sync_wait(ada().list(page_request(), "letters")).items.size(), 3u);
  EXPECT_EQ(sync_wait(ada().list_public()).items.size(), 4u);
  EXPECT_EQ(sync_wait(ben().list_public(page_request(), "letters")).items.size(), 1u);
  EXPECT_EQ(sync_wait(ada().search("own")).items.size(), 7u);
  EXPECT_EQ(sync_wait(ben().search("own", page_request(2))).items.size(), 2u);
  auto const counts = sync_wait(ada().counts());
  EXPECT_EQ(counts.own, 7);
  EXPECT_EQ(counts.shared, 1);
  ASSERT_EQ(counts.categories.size(), 2u);
  EXPECT_EQ(counts.categories[0].count, 5);
  EXPECT_EQ(counts.categories[1].category, "letters");
}

// However many there are, as much is read.
TEST_F(Templates, AreCountedUpToABound) {
  batch b;
  for (std::size_t i = 0; i <= max_counted_prompts; ++i) {
    prompt_template one;
    one.id = prompt_template_id{d.ids.next()};
    one.owner_id = d.user;
    one.name = "p" + std::to_string(i);
    one.latest = 1;
    one.created_at = one.updated_at = timestamp(std::chrono::milliseconds(1'000));
    b.add(insert(one));
  }
  sync_wait(d.storage->write(testing::tenant_scope(d.tenant), std::move(b))).value();

  auto const counts = sync_wait(ada().counts());

  EXPECT_EQ(counts.own, static_cast<std::int64_t>(max_counted_prompts));
  EXPECT_EQ(counts.shared, 0);
  EXPECT_TRUE(counts.more);
  EXPECT_FALSE(sync_wait(ben().counts()).more);
}

TEST_F(Templates, AreListedBehindOneThatIsDamaged) {
  desk_options options;
  auto const store = std::make_shared<tests::watched_storage>(std::move(options.storage));
  options.storage = store;
  desk house(options);
  auto const keeper = house.engine->workspace(principal::trusted(house.tenant, house.user, member_role::member));
  auto const prompts = keeper.templates();
  std::vector<prompt_template_id> ids;
  for (auto const* name : {"a", "b", "c", "d", "e"})
    ids.push_back(sync_wait(prompts.create(prompt(name, text("x"), visibility::tenant))).prompt.id);
  store->damage("prompt_templates", value(ids[3].value));
  std::string names;
  std::size_t damaged = 0;
  page_request which(2);
  do {
    auto const found = sync_wait(prompts.list(which));
    for (auto const& one : found.items) names += one.name;
    damaged += found.damaged;
    which.cursor = found.next_cursor;
  } while (which.cursor);
  EXPECT_EQ(names, "ecba");
  EXPECT_GE(damaged, 1u);
}

TEST_F(Templates, AreRemovedWithEverythingOfTheirs) {
  auto const id = keep(prompt("x", text("a"))).prompt.id;
  sync_wait(ada().update(id, content_update(text("b")), 1));
  sync_wait(ada().set_label(id, "production", {{1, 1}}));
  sync_wait(ada().remove(id));
  EXPECT_EQ(code_of(ada().get(id)), errc::not_found);
  for (auto const* table : {"prompt_templates", "prompt_versions", "prompt_labels"})
    EXPECT_TRUE(sync_wait(d.storage->read(testing::tenant_scope(d.tenant), query(table))).value().items.empty())
        << table;
  EXPECT_EQ(code_of(ada().create(prompt("x", text("a")))), errc{-1});
}

TEST_F(Templates, AreCopiedForWhoeverReadsThem) {
  auto const shared = keep(prompt("Letter", text("Dear {{who}}", {variable("who")}), visibility::tenant));
  auto const copy = sync_wait(ben().duplicate(shared.prompt.id));
  EXPECT_EQ(copy.prompt.name, "Letter");
  EXPECT_EQ(copy.prompt.owner_id, ben_);
  EXPECT_EQ(copy.prompt.visibility, visibility::private_);
  EXPECT_EQ(copy.version.content_hash, shared.version.content_hash);
  EXPECT_EQ(sync_wait(ben().duplicate(shared.prompt.id)).prompt.name, "Letter (2)");
}

TEST_F(Templates, KnowTheTimeAndWhoAsks) {
  auto const made = keep(prompt("x", text("{{today}}|{{weekday}}|{{tenant_name}}|{{user_name}}|{{model}}")));
  render_options how;
  how.model = "scripted/m";
  auto const shown = rendered(ada(), made.prompt.id, how);
  EXPECT_NE(shown.find("day|acme||scripted/m"), std::string::npos) << shown;
  how.values = {{"today", "never"}};
  EXPECT_EQ(issues_of(ada().render(made.prompt.id, how)), said{"values.today unknown"});
}

TEST_F(Templates, TellEveryFaultOfTheValues) {
  auto const id =
      keep(prompt("x", text("{{a}}{{b}}", {variable("a"), variable("b", prompt_variable_type::integer)}))).prompt.id;
  EXPECT_EQ(issues_of(ada().render(id, with({{"b", "1"}, {"c", 1}}))),
            (said{"values.a missing", "values.b wrong_type: must be a whole number", "values.c unknown"}));
  EXPECT_EQ(rendered(ada(), id, with({{"a", "{{b}}"}, {"b", 1}})), "{{b}}1");
}

TEST_F(Templates, ArePreviewedAsTheyWouldBeRendered) {
  auto const content = text("{{a}}!", {variable("a")});
  auto const good = sync_wait(ada().preview(content, {{"a", "x"}}));
  EXPECT_EQ(good.messages.at(0).text, "x!");
  auto const missing = sync_wait(ada().preview(content, {}));
  EXPECT_EQ(missing.value_faults.at(0).message, "missing");
  EXPECT_TRUE(missing.messages.empty());
  auto const bad = sync_wait(ada().preview(text("{{b}}"), {}));
  EXPECT_EQ(bad.faults.at(0).column, 1);
  EXPECT_TRUE(sync_wait(ada().list()).items.empty());
}

}  // namespace
}  // namespace sambung::templates_test
