// What prompts include, and out of which they are moved in and out.
#include "services/templates/prompt_desk.hpp"

#include <gtest/gtest.h>

namespace sambung::template_includes_test {
namespace {

using namespace prompt_desk;
using said = std::vector<std::string>;

class TemplateIncludes : public prompt_test {
 protected:
  stored_prompt tone(std::string of, visibility seen = visibility::private_) {
    return keep(prompt("tone", text(std::move(of)), seen));
  }
};

TEST_F(TemplateIncludes, AreWhatTheyWereWhenItWasSaved) {
  auto const first = tone("kind");
  auto const id = keep(prompt("x", text("Be {{> tone}}."))).prompt.id;
  sync_wait(ada().update(first.prompt.id, content_update(text("strict")), 1));
  EXPECT_EQ(rendered(ada(), id), "Be kind.");
  auto const saved = sync_wait(ada().update(id, content_update(text("Be {{> tone}}.")), 1));
  EXPECT_EQ(saved.prompt.latest, 2);
  EXPECT_EQ(saved.version.includes.at(0).number, 2);
  EXPECT_EQ(rendered(ada(), id), "Be strict.");
  auto const restored = sync_wait(ada().restore(id, 1, 2));
  EXPECT_EQ(restored.version.includes.at(0).number, 1);
  EXPECT_EQ(rendered(ada(), id), "Be kind.");
}

TEST_F(TemplateIncludes, AreFoundByNameCommandVersionAndLabel) {
  auto from = prompt("tone of voice", text("kind"));
  from.command = "tone";
  auto const made = keep(from);
  sync_wait(ada().update(made.prompt.id, content_update(text("strict")), 1));
  sync_wait(ada().set_label(made.prompt.id, "calm", {{1, 1}}));
  sync_wait(ada().set_label(made.prompt.id, "mixed", {{1, 1}, {2, 1}}));
  auto const shown =
      keep(prompt("x", text("{{> tone}} {{>tone of voice}} {{> tone@1}} {{> tone@calm}} {{> tone@latest}}")));
  EXPECT_EQ(rendered(ada(), shown.prompt.id), "strict strict kind kind strict");
  EXPECT_EQ(issues_of(ada().create(prompt("y", text("{{> tone@3}}{{> tone@no}}{{> tone@mixed}}{{> other}}")))),
            (said{"messages[0].text line 1, column 1: \"tone@3\": no such version",
                  "messages[0].text line 1, column 13: \"tone@no\": no such label",
                  "messages[0].text line 1, column 26: \"tone@mixed\": the label leads to several versions",
                  "messages[0].text line 1, column 42: \"other\": no such template"}));
}

TEST_F(TemplateIncludes, BringTheirVariablesAndWhatTheyInclude) {
  keep(prompt("mark", text("!")));
  keep(prompt("greeting", text("Hello {{who}}{{> mark}}", {variable("who")})));
  auto const id = keep(prompt("x", text("{{> greeting}} {{a}}", {variable("a")}))).prompt.id;
  EXPECT_EQ(rendered(ada(), id, with({{"who", "Ben"}, {"a", "b"}})), "Hello Ben! b");
  EXPECT_EQ(issues_of(ada().render(id, with({{"a", "b"}}))), said{"values.who missing"});
}

TEST_F(TemplateIncludes, GiveTheReaderOfASharedPromptNothingThatIsNotTheirs) {
  auto const secret = tone("secret");
  auto const id = keep(prompt("x", text("{{> tone}}"), visibility::tenant)).prompt.id;
  EXPECT_EQ(rendered(ada(), id), "secret");
  EXPECT_EQ(issues_of(ben().render(id)), said{"messages[0].text line 1, column 1: \"tone\": no such template"});
  EXPECT_EQ(code_of(ben().duplicate(id)), errc::invalid_argument);
  // A prompt of the reader's own that is called the same is not what was included.
  sync_wait(ben().create(prompt("tone", text("mine"))));
  EXPECT_EQ(code_of(ben().render(id)), errc::invalid_argument);
  prompt_update share;
  share.visibility = visibility::tenant;
  sync_wait(ada().update(secret.prompt.id, share, 1));
  EXPECT_EQ(rendered(ben(), id), "secret");
}

TEST_F(TemplateIncludes, AreAmongWhatIsSharedUnlessSeveralAreCalledSo) {
  tone("kind", visibility::tenant);
  auto const id = sync_wait(ben().create(prompt("x", text("{{> tone}}")))).prompt.id;
  EXPECT_EQ(rendered(ben(), id), "kind");
  sync_wait(manager().create(prompt("tone", text("strict"), visibility::tenant)));
  EXPECT_EQ(code_of(ben().create(prompt("y", text("{{> tone}}")))), errc::invalid_argument);
  EXPECT_EQ(rendered(ben(), id), "kind");
}

TEST_F(TemplateIncludes, AreRefusedOfItselfAndOfChats) {
  auto const first = tone("kind");
  EXPECT_EQ(issues_of(ada().update(first.prompt.id, content_update(text("{{> tone}}")), 1)),
            said{"messages[0].text line 1, column 1: \"tone\": a template includes itself"});
  auto chat = prompt("chat", text("a"));
  chat.kind = prompt_kind::chat;
  keep(chat);
  EXPECT_EQ(issues_of(ada().create(prompt("y", text("{{> chat}}")))),
            said{"messages[0].text line 1, column 1: \"chat\": only a prompt of one text is included"});
}

TEST_F(TemplateIncludes, AreNoMoreThanCanBeHeld) {
  auto const large = std::string(max_prompt_bytes, 'x');
  std::string all;
  for (int i = 0; i < 33; ++i) {
    auto const name = "x" + std::to_string(i);
    keep(prompt(name, text(large)));
    all += "{{#if no}}{{> " + name + "}}{{/if}}";
  }
  auto const issues = issues_of(ada().create(prompt("all", text(all, {variable("no")}))));
  ASSERT_FALSE(issues.empty());
  EXPECT_NE(issues.back().find("\"x32\": too large with all that is included"), std::string::npos) << issues.back();
}

TEST_F(TemplateIncludes, SurviveTheWayOutAndIn) {
  tone("kind");
  keep(prompt("x", text("Be {{> tone}} to {{who}}", {variable("who")})));
  auto const archive = sync_wait(ada().export_prompts());
  ASSERT_EQ(archive.prompts.size(), 2u);
  auto const read = parse_json_as<prompt_archive>(to_json_text(archive)).value();
  auto const first = sync_wait(ben().import_prompts(read));
  EXPECT_EQ(first.found, 2);
  EXPECT_EQ(first.imported, 2);
  EXPECT_EQ(rendered(ben(), *first.prompts.at(1).id, with({{"who", "Ada"}})), "Be kind to Ada");
  auto const again = sync_wait(ben().import_prompts(read));
  EXPECT_EQ(again.unchanged, 2);
  EXPECT_EQ(sync_wait(ben().list()).items.size(), 2u);
  auto changed = read;
  changed.prompts[0].messages[0].text = "strict";
  EXPECT_EQ(sync_wait(ben().import_prompts(changed)).updated, 2);
  EXPECT_EQ(rendered(ben(), *first.prompts.at(1).id, with({{"who", "Ada"}})), "Be strict to Ada");
}

TEST_F(TemplateIncludes, TellOfEachPromptThatCouldNotBeTaken) {
  prompt_archive archive;
  archived_prompt bad;
  static_cast<prompt_content&>(bad) = text("{{who}}");
  bad.name = "bad";
  archived_prompt good;
  static_cast<prompt_content&>(good) = text("a");
  good.name = "good";
  archive.prompts = {bad, good};
  auto const report = sync_wait(ada().import_prompts(archive));
  EXPECT_EQ(report.found, 2);
  EXPECT_EQ(report.failed, 1);
  EXPECT_EQ(report.imported, 1);
  EXPECT_EQ(report.prompts.at(0).reason, "invalid_argument");
  EXPECT_EQ(report.prompts.at(0).issues.at(0).path, "messages[0].text");
  archive.format = "other";
  EXPECT_EQ(code_of(ada().import_prompts(archive)), errc::invalid_argument);
}

}  // namespace
}  // namespace sambung::template_includes_test
