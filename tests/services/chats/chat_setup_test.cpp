// Chats that are set up: what each of their turns is sent with.
#include "services/templates/prompt_desk.hpp"

#include <sambung/records/answer_context.hpp>
#include <sambung/records/chat_setup.hpp>

namespace sambung::chat_setup_test {
namespace {

using namespace prompt_desk;
using tests::say;

prompt_content instruction(std::string of, std::vector<prompt_variable> variables = {}) {
  auto made = text(std::move(of), std::move(variables));
  made.kind = prompt_kind::chat;
  made.messages.front().role = role::system;
  return made;
}

chat_setup_content with_prompt(prompt_template_id id, boost::json::object values = {}) {
  chat_setup_content made;
  made.prompt = prompt_use(id);
  made.prompt->values = std::move(values);
  return made;
}

chat_setup_content following(prompt_template_id id, std::string label) {
  auto made = with_prompt(id);
  made.prompt->label = std::move(label);
  made.prompt->follow_label = true;
  return made;
}

class ChatSetup : public prompt_test {
 protected:
  message ask(chat_id in, std::string said, send_options how = send_options()) {
    d.model->push(say("Ahoy"));
    auto turn = sync_wait(d.chats().send(in, std::move(said), std::move(how)));
    return sync_wait(turn.answer());
  }
  message again(message const& answer) {
    d.model->push(say("Ahoy again"));
    auto turn = sync_wait(d.chats().regenerate(answer.id));
    return sync_wait(turn.answer());
  }
  std::string sent() const {
    std::string all;
    auto const request = d.model->requests().back();
    for (auto const& one : request.messages) all += text_of(one.parts) + "|";
    return all;
  }
  stored_prompt versions_of(std::string name) {
    auto const first = keep(prompt(std::move(name), instruction("Speak as a pirate.")));
    return sync_wait(
        ada().update(first.prompt.id, content_update(instruction("Speak as a poet.")), first.prompt.revision));
  }
};

TEST_F(ChatSetup, IsEmptyToBeginWith) {
  auto const chat = d.new_chat();

  auto const setup = sync_wait(d.chats().setup(chat.id));

  EXPECT_EQ(setup.id, chat.id);
  EXPECT_EQ(setup.revision, 0);
  EXPECT_FALSE(setup.prompt);
  EXPECT_FALSE(chat.has_setup);
}

TEST_F(ChatSetup, GoesAroundEveryQuestionOfItsChat) {
  auto const made = keep(prompt("pirate", instruction("Speak as {{who}}.", {variable("who")})));
  auto const chat = d.new_chat();
  ask(chat.id, "before");

  auto const setup = sync_wait(d.chats().set_up(chat.id, with_prompt(made.prompt.id, {{"who", "a pirate"}}), 0));
  auto const answer = ask(chat.id, "Where to?");
  EXPECT_EQ(sent(), "Speak as a pirate.|before|Ahoy|Where to?|");
  ask(chat.id, "And then?");
  EXPECT_EQ(sent().substr(0, 19), "Speak as a pirate.|");

  EXPECT_EQ(setup.revision, 1);
  EXPECT_EQ(setup.prompt->version, 1);
  EXPECT_TRUE(sync_wait(d.chats().get(chat.id)).has_setup);
  EXPECT_EQ(sync_wait(d.chats().setup(chat.id)).prompt, setup.prompt);
  auto const told = sync_wait(d.chats().explain(answer.id));
  EXPECT_EQ(told.blocks.front().source.id, to_string(made.prompt.id));
  EXPECT_EQ(sync_wait(ada().usage(made.prompt.id)).items.at(0).sends, 2);
}

TEST_F(ChatSetup, IsPreviewedAsItIsSent) {
  auto const made = keep(prompt("pirate", instruction("Speak as a pirate.")));
  auto const chat = d.new_chat();
  sync_wait(d.chats().set_up(chat.id, with_prompt(made.prompt.id), 0));

  auto const report = sync_wait(d.chats().preview(chat.id, "Where to?"));
  ask(chat.id, "Where to?");

  std::string previewed;
  for (auto const& one : report.messages) previewed += text_of(one.parts) + "|";
  EXPECT_EQ(previewed, sent());
}

TEST_F(ChatSetup, StandsBackForATurnsOwnPrompt) {
  auto const pirate = keep(prompt("pirate", instruction("Speak as a pirate.")));
  auto const poet = keep(prompt("poet", instruction("Speak as a poet.")));
  auto const chat = d.new_chat();
  sync_wait(d.chats().set_up(chat.id, with_prompt(pirate.prompt.id), 0));
  send_options how;
  how.prompt = prompt_use(poet.prompt.id);

  ask(chat.id, "Where to?", how);

  EXPECT_EQ(sent(), "Speak as a poet.|Where to?|");
}

TEST_F(ChatSetup, KeepsTheVersionItBeganWith) {
  auto const made = versions_of("voice");
  sync_wait(ada().set_label(made.prompt.id, "live", {{1, 1}}));
  auto const chat = d.new_chat();
  auto what = with_prompt(made.prompt.id);
  what.prompt->label = "live";
  sync_wait(d.chats().set_up(chat.id, what, 0));
  sync_wait(ada().set_label(made.prompt.id, "live", {{2, 1}}));

  auto const answer = ask(chat.id, "Where to?");
  EXPECT_EQ(sent(), "Speak as a pirate.|Where to?|");
  again(answer);
  EXPECT_EQ(sent(), "Speak as a pirate.|Where to?|");
}

TEST_F(ChatSetup, FollowsALabelWhenItIsToldTo) {
  auto const made = versions_of("voice");
  sync_wait(ada().set_label(made.prompt.id, "live", {{1, 1}}));
  auto const chat = d.new_chat();
  sync_wait(d.chats().set_up(chat.id, following(made.prompt.id, "live"), 0));
  auto const first = ask(chat.id, "Where to?");
  EXPECT_EQ(sent(), "Speak as a pirate.|Where to?|");

  sync_wait(ada().set_label(made.prompt.id, "live", {{2, 1}}));
  again(first);
  EXPECT_EQ(sent(), "Speak as a poet.|Where to?|");
  ask(chat.id, "And then?");
  EXPECT_EQ(sent().substr(0, 17), "Speak as a poet.|");

  auto const usage = sync_wait(ada().usage(made.prompt.id)).items;
  ASSERT_EQ(usage.size(), 2U);
  EXPECT_EQ(usage[0].sends, 2);  // of version 2
  EXPECT_EQ(usage[1].sends, 1);
}

TEST_F(ChatSetup, OfATurnFollowsALabelToo) {
  auto const made = versions_of("voice");
  sync_wait(ada().set_label(made.prompt.id, "live", {{1, 1}}));
  auto const how = [&](bool follow) {
    send_options options;
    options.prompt = following(made.prompt.id, "live").prompt;
    options.prompt->follow_label = follow;
    return options;
  };
  auto const kept = ask(d.new_chat().id, "Where to?", how(false));
  auto const followed = ask(d.new_chat().id, "Where to?", how(true));

  sync_wait(ada().set_label(made.prompt.id, "live", {{2, 1}}));

  again(kept);
  EXPECT_EQ(sent(), "Speak as a pirate.|Where to?|");
  again(followed);
  EXPECT_EQ(sent(), "Speak as a poet.|Where to?|");
  auto both = how(true);
  both.prompt->label.reset();
  both.prompt->version = 1;
  EXPECT_EQ(code_of(d.chats().send(d.new_chat().id, "hello", both)), errc::invalid_argument);
}

TEST_F(ChatSetup, CanBeTakenAwayAgain) {
  auto const made = keep(prompt("pirate", instruction("Speak as a pirate.")));
  auto const chat = d.new_chat();
  sync_wait(d.chats().set_up(chat.id, with_prompt(made.prompt.id), 0));
  ask(chat.id, "Where to?");

  auto const none = sync_wait(d.chats().set_up(chat.id, chat_setup_content(), 1));
  ask(chat.id, "And then?");

  EXPECT_EQ(none.revision, 2);
  EXPECT_EQ(sent(), "Where to?|Ahoy|And then?|");
  EXPECT_FALSE(sync_wait(d.chats().get(chat.id)).has_setup);
}

TEST_F(ChatSetup, IsChangedOnceByEditorsThatSawTheSame) {
  auto const made = keep(prompt("pirate", instruction("Speak as a pirate.")));
  auto const chat = d.new_chat();
  sync_wait(d.chats().set_up(chat.id, with_prompt(made.prompt.id), 0));

  EXPECT_EQ(code_of(d.chats().set_up(chat.id, chat_setup_content(), 0)), errc::conflict);
  EXPECT_EQ(sync_wait(d.chats().setup(chat.id)).revision, 1);
}

TEST_F(ChatSetup, TakesWhatItsTurnsCanBeSentWith) {
  auto const asks = keep(prompt("asks", text("Greet.")));
  auto const needs = keep(prompt("needs", instruction("Speak as {{who}}.", {variable("who")})));
  auto const chat = d.new_chat();
  auto const refused = [&](chat_setup_content what) { return code_of(d.chats().set_up(chat.id, std::move(what), 0)); };

  EXPECT_EQ(refused(with_prompt(asks.prompt.id)), errc::invalid_argument);
  EXPECT_EQ(refused(with_prompt(needs.prompt.id)), errc::invalid_argument);
  EXPECT_EQ(refused(following(asks.prompt.id, "live")), errc::not_found);
  EXPECT_EQ(refused(with_prompt(needs.prompt.id, {{"who", std::string(70'000, 'x')}})), errc::invalid_argument);
  EXPECT_FALSE(sync_wait(d.chats().get(chat.id)).has_setup);
}

TEST_F(ChatSetup, SaysSoWhenItsPromptIsGone) {
  auto const made = keep(prompt("pirate", instruction("Speak as a pirate.")));
  auto const chat = d.new_chat();
  sync_wait(d.chats().set_up(chat.id, with_prompt(made.prompt.id), 0));
  sync_wait(ada().remove(made.prompt.id));

  EXPECT_EQ(code_of(d.chats().send(chat.id, "Where to?")), errc::not_found);
  sync_wait(d.chats().set_up(chat.id, chat_setup_content(), 1));
  ask(chat.id, "Where to?");
  EXPECT_EQ(sent(), "Where to?|");
}

TEST_F(ChatSetup, IsItsOwnersAndGoesWithItsChat) {
  auto const made = keep(prompt("pirate", instruction("Speak as a pirate.")));
  auto const chat = d.new_chat();
  sync_wait(d.chats().set_up(chat.id, with_prompt(made.prompt.id), 0));

  EXPECT_EQ(code_of(d.chats_of(ben_).setup(chat.id)), errc::not_found);
  EXPECT_EQ(code_of(d.chats_of(ben_).set_up(chat.id, chat_setup_content(), 1)), errc::not_found);
  auto const others = sync_wait(d.chats_of(ben_).create("Test", "scripted/model"));
  EXPECT_EQ(code_of(d.chats_of(ben_).set_up(others.id, with_prompt(made.prompt.id), 0)), errc::not_found);
  sync_wait(d.chats().remove(chat.id));
  EXPECT_TRUE(d.all_in<chat_setup>(d.tenant).empty());
}

}  // namespace
}  // namespace sambung::chat_setup_test
