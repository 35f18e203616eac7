#include "services/templates/prompt_desk.hpp"
#include "services/templates/version_choice.hpp"
#include "support/watched_storage.hpp"

#include <gtest/gtest.h>

#include <map>

namespace sambung::template_versions_test {
namespace {

using namespace prompt_desk;
using said = std::vector<std::string>;

class TemplateVersions : public prompt_test {
 protected:
  prompt_template_id id = keep(prompt("x", text("one"))).prompt.id;
  std::int64_t revision = 1;

  stored_prompt save(prompt_content content) {
    auto saved = sync_wait(ada().update(id, content_update(std::move(content)), revision));
    revision = saved.prompt.revision;
    return saved;
  }
  render_options at(std::int64_t number) {
    render_options how;
    how.version = number;
    return how;
  }
  render_options labelled(std::string label, std::optional<chat_id> chat = std::nullopt) {
    render_options how;
    how.label = std::move(label);
    how.chat_id = chat;
    return how;
  }
};

TEST_F(TemplateVersions, AreMadeByContentThatDiffers) {
  EXPECT_EQ(save(text("one")).prompt.latest, 1);
  EXPECT_EQ(save(text("two")).prompt.latest, 2);
  EXPECT_EQ(save(text("two")).prompt.latest, 2);
  EXPECT_EQ(save(text("one")).prompt.latest, 3);
  EXPECT_EQ(rendered(ada(), id, at(2)), "two");
  EXPECT_EQ(code_of(ada().render(id, at(4))), errc::not_found);
  auto const listed = sync_wait(ada().versions(id, page_request(2)));
  ASSERT_EQ(listed.items.size(), 2u);
  EXPECT_EQ(listed.items[0].number, 3);
  page_request rest(2, listed.next_cursor);
  EXPECT_EQ(sync_wait(ada().versions(id, rest)).items.at(0).number, 1);
}

TEST_F(TemplateVersions, ConflictWhereTwoEdit) {
  save(text("two"));
  EXPECT_EQ(code_of(ada().update(id, content_update(text("three")), 1)), errc::conflict);
  EXPECT_EQ(code_of(ada().restore(id, 1, 1)), errc::conflict);
  EXPECT_EQ(rendered(ada(), id), "two");
}

TEST_F(TemplateVersions, AreRestoredAsNewOnes) {
  save(text("two"));
  auto const restored = sync_wait(ada().restore(id, 1, revision));
  EXPECT_EQ(restored.version.number, 3);
  EXPECT_EQ(restored.version.note, "restored from version 1");
  EXPECT_EQ(rendered(ada(), id), "one");
}

TEST_F(TemplateVersions, AreComparedByLineAndByField) {
  auto second = text("one\ntwo {{a}}", {variable("a")});
  second.config.temperature = 0.5;
  save(second);
  auto const found = sync_wait(ada().diff(id, 1, 2));
  ASSERT_EQ(found.messages.size(), 1u);
  EXPECT_EQ(found.messages[0].lines,
            (std::vector<diff_line>{{line_change::same, "one"}, {line_change::added, "two {{a}}"}}));
  said paths;
  for (auto const& one : found.fields) paths.push_back(one.path);
  EXPECT_EQ(paths, (said{"variables.a", "config.temperature"}));
}

TEST_F(TemplateVersions, AreChosenByLabel) {
  save(text("two"));
  save(text("three"));
  EXPECT_EQ(rendered(ada(), id), "three");
  sync_wait(ada().set_label(id, "production", {{2, 1}}));
  sync_wait(ada().set_label(id, "v1", {{1, 1}}));
  EXPECT_EQ(rendered(ada(), id), "two");
  EXPECT_EQ(rendered(ada(), id, labelled("v1")), "one");
  EXPECT_EQ(rendered(ada(), id, labelled("latest")), "three");
  EXPECT_EQ(code_of(ada().render(id, labelled("beta"))), errc::not_found);
  sync_wait(ada().set_label(id, "v1", {{3, 1}}));
  EXPECT_EQ(rendered(ada(), id, labelled("v1")), "three");
  EXPECT_EQ(sync_wait(ada().labels(id)).size(), 2u);
  sync_wait(ada().remove_label(id, "v1"));
  EXPECT_EQ(code_of(ada().render(id, labelled("v1"))), errc::not_found);
  EXPECT_EQ(code_of(ada().remove_label(id, "v1")), errc::not_found);
  auto both = labelled("production");
  both.version = 1;
  EXPECT_EQ(code_of(ada().render(id, both)), errc::invalid_argument);
}

TEST_F(TemplateVersions, AreSharedOutByWeightAndStayWhereTheyAre) {
  save(text("two"));
  sync_wait(ada().set_label(id, "test", {{1, 3}, {2, 1}}));
  std::map<std::string, int> seen;
  for (int i = 0; i < 400; ++i) {
    chat_id chat;
    chat.value.bytes[0] = static_cast<std::uint8_t>(i);
    chat.value.bytes[1] = static_cast<std::uint8_t>(i / 256);
    auto const how = labelled("test", chat);
    auto const first = rendered(ada(), id, how);
    ++seen[first];
    EXPECT_EQ(rendered(ada(), id, how), first);
  }
  EXPECT_GT(seen["one"], 250);
  EXPECT_GT(seen["two"], 50);
}

// As damage may leave one.
TEST_F(TemplateVersions, AreNotChosenByALabelWithoutArms) {
  prompt_label const nowhere;
  try {
    (void)chosen_arm(nowhere, "somebody");
    ADD_FAILURE() << "chosen";
  } catch (error const& e) {
    EXPECT_EQ(e.code(), errc::data_loss);
  }
}

TEST_F(TemplateVersions, RefuseLabelsThatLeadNowhere) {
  EXPECT_EQ(issues_of(ada().set_label(id, "x", {})), said{"arms 1 to 8"});
  EXPECT_EQ(issues_of(ada().set_label(id, "x", {{2, 1}})), said{"arms no such version"});
  EXPECT_EQ(issues_of(ada().set_label(id, "x", {{1, 1}, {1, 2}})), said{"arms the same version twice"});
  EXPECT_EQ(code_of(ada().set_label(id, "x", {{1, 0}})), errc::invalid_argument);
  EXPECT_EQ(code_of(ada().set_label(id, "x", {{1, 1'001}})), errc::invalid_argument);
  EXPECT_EQ(issues_of(ada().set_label(id, "latest", {{1, 1}})), said{"name latest always is the newest version"});
  EXPECT_EQ(issues_of(ada().set_label(id, "2", {{1, 1}})), said{"name a number is a version"});
  EXPECT_EQ(code_of(ada().set_label(id, "A", {{1, 1}})), errc::invalid_argument);
  for (std::size_t i = 0; i < max_prompt_labels; ++i) sync_wait(ada().set_label(id, "l" + std::to_string(i), {{1, 1}}));
  EXPECT_EQ(code_of(ada().set_label(id, "one-more", {{1, 1}})), errc::quota_exceeded);
}

TEST_F(TemplateVersions, ProtectLabelsFromAllButManagers) {
  EXPECT_EQ(code_of(ada().set_label(id, "production", {{1, 1}}, true)), errc::permission_denied);
  auto const boss = of(d.user, member_role::owner);
  EXPECT_TRUE(sync_wait(boss.set_label(id, "production", {{1, 1}}, true)).protected_);
  EXPECT_EQ(code_of(ada().set_label(id, "production", {{1, 2}})), errc::permission_denied);
  EXPECT_EQ(code_of(ada().set_label(id, "production", {{1, 2}}, false)), errc::permission_denied);
  EXPECT_EQ(code_of(ada().remove_label(id, "production")), errc::permission_denied);
  EXPECT_EQ(code_of(ada().remove(id)), errc::permission_denied);
  EXPECT_TRUE(sync_wait(boss.set_label(id, "production", {{1, 2}})).protected_);
  EXPECT_FALSE(sync_wait(boss.set_label(id, "production", {{1, 2}}, false)).protected_);
  sync_wait(ada().remove_label(id, "production"));
}

task<void> protect_label(templates by, prompt_template_id of) {
  std::vector<prompt_arm> arms{{1, 1}};
  (void)co_await by.set_label(of, "production", std::move(arms), true);
}

TEST_F(TemplateVersions, ProtectLabelsFromWhoeverRemovesTheirTemplateMeanwhile) {
  desk_options options;
  auto const store = std::make_shared<tests::watched_storage>(std::move(options.storage));
  options.storage = store;
  desk house(options);
  auto const as = [&](member_role role) {
    return house.engine->workspace(principal::trusted(house.tenant, house.user, role)).templates();
  };
  auto const of = sync_wait(as(member_role::member).create(prompt("x", text("a")))).prompt.id;
  sync_wait(as(member_role::member).set_label(of, "production", {{1, 1}}));
  store->after_read_of("prompt_labels", [&] { return protect_label(as(member_role::owner), of); });
  EXPECT_EQ(code_of(as(member_role::member).remove(of)), errc::conflict);
  EXPECT_EQ(sync_wait(as(member_role::member).labels(of)).size(), 1u);
}

}  // namespace
}  // namespace sambung::template_versions_test
