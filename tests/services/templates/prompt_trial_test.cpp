// Trials: what a model says to the examples of versions, and whether that is what was expected.
#include "services/templates/prompt_desk.hpp"

#include <algorithm>
#include <atomic>

namespace sambung::prompt_trial_test {
namespace {

using namespace prompt_desk;
using tests::say;

prompt_example example(std::string name, boost::json::object values) {
  prompt_example made;
  made.name = std::move(name);
  made.values = std::move(values);
  return made;
}

prompt_example expecting(std::string name, std::string who, prompt_expectation wanted) {
  auto made = example(std::move(name), {{"who", std::move(who)}});
  made.expect = std::move(wanted);
  return made;
}

prompt_expectation containing(std::string words) {
  prompt_expectation made;
  made.contains = std::move(words);
  return made;
}

std::string question_of(completion_request const& request) { return text_of(request.messages.back().parts); }

class PromptTrial : public prompt_test {
 protected:
  // Says what it was asked.
  PromptTrial() {
    d.model->otherwise([](completion_request const& request) { return say("You said: " + question_of(request)); });
  }

  prompt_trial of(prompt_template_id id) {
    prompt_trial made;
    made.id = id;
    made.model = "scripted/model";
    return made;
  }
  prompt_trial of(prompt_content content) {
    prompt_trial made;
    made.content = std::move(content);
    made.model = "scripted/model";
    return made;
  }
  task<prompt_trial_report> tried(prompt_trial trial) {
    return d.as(d.user, member_role::member).completions().try_prompt(std::move(trial));
  }
};

TEST_F(PromptTrial, AsksEachExampleOfEachVersion) {
  auto content = text("Greet {{who}}.", {variable("who")});
  content.examples.push_back(expecting("ben", "Ben", containing("Greet Ben")));
  content.examples.push_back(expecting("eve", "Eve", containing("Greet Eve")));
  auto const kept = keep(prompt("greeting", content));
  content.messages[0].text = "Welcome {{who}}.";
  sync_wait(ada().update(kept.prompt.id, content_update(content), 1));
  auto trial = of(kept.prompt.id);
  trial.versions = {1, 2};

  auto const report = sync_wait(tried(trial));

  ASSERT_EQ(report.answers.size(), 4U);
  EXPECT_EQ(report.passed, 2);
  EXPECT_EQ(report.failed, 2);
  EXPECT_EQ(report.answers[0].version, 1);
  EXPECT_EQ(report.answers[0].example, "ben");
  EXPECT_EQ(report.answers[0].text, "You said: Greet Ben.");
  EXPECT_EQ(report.answers[0].passed, true);
  EXPECT_EQ(report.answers[3].version, 2);
  EXPECT_EQ(report.answers[3].text, "You said: Welcome Eve.");
  EXPECT_EQ(report.answers[3].passed, false);
  ASSERT_EQ(report.answers[3].issues.size(), 1U);
  EXPECT_EQ(report.answers[3].issues[0].path, "contains");
}

TEST_F(PromptTrial, TakesContentThatIsNotSavedAndStoresNothingOfIt) {
  auto trial = of(text("Greet {{who}}.", {variable("who")}));
  trial.examples.push_back(example("ben", {{"who", "Ben"}}));

  auto const report = sync_wait(tried(trial));

  ASSERT_EQ(report.answers.size(), 1U);
  EXPECT_FALSE(report.answers[0].version);
  EXPECT_EQ(report.answers[0].text, "You said: Greet Ben.");
  EXPECT_FALSE(report.answers[0].passed);
  EXPECT_TRUE(sync_wait(ada().list()).items.empty());
  EXPECT_TRUE(d.all_in<chat>(d.tenant).empty());
  EXPECT_TRUE(d.all_in<prompt_usage>(d.tenant).empty());
  sync_wait(d.engine->shutdown(std::chrono::seconds(0)));
  ASSERT_EQ(d.usage().size(), 1U);
  EXPECT_EQ(d.usage()[0].requests, 1);
}

TEST_F(PromptTrial, ChecksWhatIsExpected) {
  d.model->otherwise([](completion_request const& request) { return say(question_of(request)); });
  auto content = text("{{who}}", {variable("who")});
  prompt_expectation exactly;
  exactly.equals = "yes";
  prompt_expectation formed;
  formed.schema = boost::json::object{{"type", "object"}, {"required", boost::json::array{"city"}}};
  content.examples = {expecting("same", "yes", exactly), expecting("other", "yes.", exactly),
                      expecting("formed", R"({"city":"Melaka"})", formed), expecting("short of it", "{}", formed),
                      expecting("no json", "Melaka", formed)};

  auto const report = sync_wait(tried(of(content)));

  std::vector<bool> passed;
  for (auto const& one : report.answers) passed.push_back(one.passed.value());
  EXPECT_EQ(passed, (std::vector<bool>{true, false, true, false, false}));
  EXPECT_TRUE(report.answers[3].issues.at(0).path.starts_with("schema"));
}

TEST_F(PromptTrial, TellsWhatCannotBeFilledInOrAsked) {
  d.model->otherwise([](completion_request const& request) {
    if (question_of(request) == "Greet Ben.") return say("hi");
    return testing::answer_script().fail(failure(errc::provider_error, "refused"));
  });
  auto content = text("Greet {{who}}.", {variable("who")});
  content.examples = {expecting("ben", "Ben", containing("hi")), example("nobody", {}),
                      expecting("eve", "Eve", containing("hi"))};

  auto const report = sync_wait(tried(of(content)));

  ASSERT_EQ(report.answers.size(), 3U);
  EXPECT_FALSE(report.answers[0].error);
  EXPECT_EQ(report.answers[1].error, "invalid_argument");
  EXPECT_EQ(report.answers[1].issues.at(0).path, "values.who");
  EXPECT_EQ(report.answers[2].error, "provider_error");
  EXPECT_EQ(report.answers[2].passed, false);
  EXPECT_EQ(report.passed, 1);
  EXPECT_EQ(report.failed, 1);
}

TEST_F(PromptTrial, SaysWhatTheUserSaysToAPromptThatAsksNothing) {
  prompt_content content;
  content.kind = prompt_kind::chat;
  template_message rules;
  rules.role = role::system;
  rules.text = "Be brief.";
  content.messages = {rules};
  auto trial = of(content);

  EXPECT_EQ(sync_wait(tried(trial)).answers.at(0).error, "invalid_argument");
  trial.text = "Where to?";
  EXPECT_EQ(sync_wait(tried(trial)).answers.at(0).text, "You said: Where to?");
  auto const messages = d.model->requests().back().messages;
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].who, role::system);
  EXPECT_EQ(text_of(messages[0].parts), "Be brief.");
}

TEST_F(PromptTrial, MakesNoCallWhenThereIsTooMuchOrNothingToAsk) {
  auto content = text("{{who}}", {variable("who")});
  for (int i = 0; i < 11; ++i) content.examples.push_back(example("e" + std::to_string(i), {{"who", "x"}}));
  auto const kept = keep(prompt("many", content));
  auto many = of(kept.prompt.id);
  many.content = content;
  auto no_model = of(kept.prompt.id);
  no_model.model.reset();
  auto no_version = of(kept.prompt.id);
  no_version.versions = {7};

  EXPECT_EQ(code_of(tried(many)), errc::invalid_argument);
  EXPECT_EQ(code_of(tried(prompt_trial())), errc::invalid_argument);
  EXPECT_EQ(code_of(tried(no_model)), errc::invalid_argument);
  EXPECT_EQ(code_of(tried(no_version)), errc::not_found);
  EXPECT_EQ(code_of(d.as(ben_).completions().try_prompt(of(kept.prompt.id))), errc::not_found);
  EXPECT_EQ(code_of(d.as(d.user, member_role::viewer).completions().try_prompt(of(kept.prompt.id))),
            errc::permission_denied);
  EXPECT_TRUE(d.model->requests().empty());
}

TEST_F(PromptTrial, AsksFourAtOnceAndAnswersInOrder) {
  std::atomic<int> asked = 0;
  testing::gate all_there;
  d.model->otherwise([&](completion_request const& request) {
    if (++asked == 4) all_there.open();
    return testing::answer_script().wait(all_there).text(question_of(request)).finish();
  });
  auto content = text("{{who}}", {variable("who")});
  for (auto const* who : {"a", "b", "c", "d", "e"}) content.examples.push_back(example(who, {{"who", who}}));

  auto const report = sync_wait(tried(of(content)));

  std::string said;
  for (auto const& one : report.answers) said += one.text;
  EXPECT_EQ(said, "abcde");
}

}  // namespace
}  // namespace sambung::prompt_trial_test
