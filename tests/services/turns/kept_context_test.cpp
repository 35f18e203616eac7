// Turns with a kept prompt: what it makes of them, what stays of that with the answer, and how often it was used.
#include "services/templates/prompt_desk.hpp"
#include "support/eventually.hpp"
#include "support/watched_storage.hpp"

#include <sambung/core/json_codec.hpp>
#include <sambung/records/answer_context.hpp>
#include <sambung/records/prompt_usage.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <random>

namespace sambung::kept_context_test {
namespace {

using namespace prompt_desk;
using tests::say;

template_message says(role who, std::string text) {
  template_message made;
  made.role = who;
  made.text = std::move(text);
  return made;
}

template_message history() {
  template_message made;
  made.placeholder = "history";
  return made;
}

prompt_content conversation(std::vector<template_message> messages, std::vector<prompt_variable> variables = {}) {
  prompt_content made;
  made.kind = prompt_kind::chat;
  made.messages = std::move(messages);
  made.variables = std::move(variables);
  return made;
}

send_options by(prompt_template_id id, boost::json::object values = {}) {
  send_options how;
  how.prompt = prompt_use(id);
  how.prompt->values = std::move(values);
  return how;
}

std::string bytes_of(role who, std::vector<part> const& parts) {
  return std::string(boost::describe::enum_to_string(who, "")) + to_json_text(parts) + "\n";
}

std::string shown(context_report const& report) {
  std::string all;
  for (auto const& one : report.messages) all += bytes_of(one.role, one.parts);
  return all;
}

std::vector<reported_block> of_template(context_report const& report) {
  std::vector<reported_block> found;
  for (auto const& one : report.blocks)
    if (one.source.kind == "template") found.push_back(one);
  return found;
}

class KeptContext : public prompt_test {
 protected:
  message answered(turn reader) { return sync_wait(reader.answer()); }
  message ask(chat_id in, std::string text, send_options how = send_options()) {
    d.model->push(say("Selamat pagi"));
    return answered(sync_wait(d.chats().send(in, std::move(text), std::move(how))));
  }
  std::string sent() const {
    std::string all;
    auto const request = d.model->requests().back();
    for (auto const& one : request.messages) all += bytes_of(one.who, one.parts);
    return all;
  }
  std::vector<answer_context> kept() { return d.all_in<answer_context>(d.tenant); }
  prompt_usage usage_of(prompt_version_id version) {
    for (auto const& one : d.all_in<prompt_usage>(d.tenant))
      if (one.id == version) return one;
    return {};
  }
  stored_prompt keep_pirate() {
    std::vector<template_message> messages;
    messages.push_back(says(role::system, "Speak as {{who}}."));
    messages.push_back(history());
    messages.push_back(says(role::system, "Be brief."));
    return keep(prompt("pirate", conversation(std::move(messages), {variable("who")})));
  }
};

TEST_F(KeptContext, IsNotThereForAPlainChat) {
  ask(d.new_chat().id, "hello");

  EXPECT_TRUE(kept().empty());
  EXPECT_TRUE(d.all_in<prompt_usage>(d.tenant).empty());
}

TEST_F(KeptContext, SaysWhichVersionMadeAQuestion) {
  auto const made = keep(prompt("greeting", text("Greet {{who}}.", {variable("who")})));
  auto const chat = d.new_chat();
  sync_wait(ada().set_label(made.prompt.id, "production", {{1, 1}}));

  auto const answer = ask(chat.id, "", by(made.prompt.id, {{"who", "Ben"}}));

  auto const question = sync_wait(d.chats().get_message(*answer.parent_id));
  EXPECT_EQ(text_of(question.parts), "Greet Ben.");
  auto const all = kept();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].id, answer.id);
  EXPECT_EQ(all[0].chat_id, chat.id);
  EXPECT_EQ(all[0].prompt_version_id, made.version.id);
  EXPECT_EQ(all[0].prompt_label, "production");
  ASSERT_TRUE(all[0].tokens);
  EXPECT_GT(*all[0].tokens, 0);
  EXPECT_TRUE(of_template(sync_wait(d.chats().explain(answer.id))).empty());
}

TEST_F(KeptContext, KnowsTheModelOfItsChat) {
  auto const made = keep(prompt("asks", text("Are you {{model}}?")));
  auto const chat = d.new_chat();

  auto const answer = ask(chat.id, "", by(made.prompt.id));

  auto const question = sync_wait(d.chats().get_message(*answer.parent_id));
  EXPECT_EQ(text_of(question.parts), "Are you " + chat.model + "?");
}

TEST_F(KeptContext, SumsWhatEachVersionWasUsedFor) {
  auto const made = keep(prompt("greeting", text("Greet.")));
  auto const chat = d.new_chat();
  d.model->push(testing::answer_script().text("hi").usage(10, 3).finish());
  answered(sync_wait(d.chats().send(chat.id, "", by(made.prompt.id))));
  d.model->push(testing::answer_script().fail(failure(errc::provider_error, "refused")));
  answered(sync_wait(d.chats().send(chat.id, "", by(made.prompt.id))));

  auto const sums = usage_of(made.version.id);

  EXPECT_EQ(sums.template_id, made.prompt.id);
  EXPECT_EQ(sums.number, 1);
  EXPECT_EQ(sums.sends, 2);
  EXPECT_EQ(sums.answers, 1);
  EXPECT_EQ(sums.input_tokens, 10);
  EXPECT_EQ(sums.output_tokens, 3);
  EXPECT_EQ(sums.unpriced, 1);
  sync_wait(d.chats().remove(chat.id));
  EXPECT_TRUE(kept().empty());
  EXPECT_EQ(usage_of(made.version.id).sends, 2);
}

TEST_F(KeptContext, PutsATemplatesMessagesAroundTheChatsOwn) {
  auto const pirate = keep_pirate();
  auto const chat = d.new_chat();
  ask(chat.id, "before");

  auto const answer = ask(chat.id, "Where to?", by(pirate.prompt.id, {{"who", "a pirate"}}));

  auto const messages = d.model->requests().back().messages;
  ASSERT_GE(messages.size(), 4U);
  EXPECT_EQ(messages.front().who, role::system);
  EXPECT_EQ(text_of(messages.front().parts), "Speak as a pirate.");
  EXPECT_EQ(text_of(messages.at(1).parts), "before");
  EXPECT_EQ(text_of(messages.back().parts), "Where to?\n\nBe brief.");
  auto const question = sync_wait(d.chats().get_message(*answer.parent_id));
  EXPECT_EQ(text_of(question.parts), "Where to?");
  auto const blocks = of_template(sync_wait(d.chats().explain(answer.id)));
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].place, context_place::main);
  EXPECT_EQ(blocks[0].reason, context_reason::mandatory);
  EXPECT_EQ(blocks[0].source.id, to_string(pirate.prompt.id));
  EXPECT_EQ(blocks[0].source.version, 1);
  EXPECT_EQ(blocks[1].place, context_place::post_history);
}

TEST_F(KeptContext, IsOfOneTurnAlone) {
  auto const pirate = keep_pirate();
  auto const chat = d.new_chat();
  ask(chat.id, "Where to?", by(pirate.prompt.id, {{"who", "a pirate"}}));

  ask(chat.id, "And then?");

  EXPECT_EQ(sent().find("pirate"), std::string::npos);
  EXPECT_EQ(kept().size(), 1U);
}

TEST_F(KeptContext, TakesAQuestionFromOneSideOnly) {
  auto const asks = keep(prompt("asks", text("Greet.")));
  auto const pirate = keep_pirate();
  auto const chat = d.new_chat();
  auto const who = [] { return boost::json::object{{"who", "x"}}; };

  EXPECT_EQ(code_of(d.chats().send(chat.id, "hello", by(asks.prompt.id))), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats().send(chat.id, "", by(pirate.prompt.id, who()))), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats().preview(chat.id, "", by(pirate.prompt.id, who()))), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats().send(chat.id, "hello", by(pirate.prompt.id))), errc::invalid_argument);
  EXPECT_EQ(code_of(d.chats().send(chat.id, "")), errc::invalid_argument);
  EXPECT_TRUE(kept().empty());
}

TEST_F(KeptContext, IsNobodyElsesPrompt) {
  auto const mine = keep(prompt("asks", text("Greet.")));
  auto const chat = sync_wait(d.chats_of(ben_).create("Test", "scripted/model"));

  EXPECT_EQ(code_of(d.chats_of(ben_).send(chat.id, "", by(mine.prompt.id))), errc::not_found);
  EXPECT_EQ(code_of(d.chats_of(ben_).preview(chat.id, "", by(mine.prompt.id))), errc::not_found);
}

TEST_F(KeptContext, ShowsTheVeryBytesThatAreSent) {
  std::mt19937 random(5);
  auto const below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  auto const words = [&] {
    return std::string(static_cast<std::size_t>(1 + below(60)), 'a') + std::to_string(below(99));
  };
  for (int i = 0; i < 30; ++i) {
    std::vector<template_message> messages;
    auto const some = [&](int most) {
      for (int n = below(most); n > 0; --n)
        messages.push_back(says(below(2) == 0 ? role::system : role::assistant, words()));
    };
    some(3);
    if (below(2) == 0) messages.push_back(history());
    some(3);
    bool const asks = below(2) == 0 || messages.empty();
    if (asks) messages.push_back(says(role::user, words()));
    auto const made = keep(prompt("p" + std::to_string(i), conversation(std::move(messages))));
    sambung::new_chat from("Test", "scripted/model");
    if (below(2) == 0) from.system_prompt = words();
    auto const chat = sync_wait(d.chats().create(from));
    for (int n = below(3); n > 0; --n) ask(chat.id, words());
    auto const question = asks ? std::string() : words();

    auto const report = sync_wait(d.chats().preview(chat.id, question, by(made.prompt.id)));
    auto const answer = ask(chat.id, question, by(made.prompt.id));

    ASSERT_EQ(shown(report), sent()) << i;
    auto const told = sync_wait(d.chats().explain(answer.id));
    EXPECT_EQ(told.tokens, report.tokens);
    EXPECT_EQ(told.budget, report.budget);
    ASSERT_EQ(told.blocks.size(), report.blocks.size());
    for (std::size_t n = 0; n + 1 < told.blocks.size(); ++n) {
      EXPECT_EQ(told.blocks[n].source.kind, report.blocks[n].source.kind);
      EXPECT_EQ(told.blocks[n].source.id, report.blocks[n].source.id);
      EXPECT_EQ(told.blocks[n].tokens, report.blocks[n].tokens);
    }
  }
}

TEST_F(KeptContext, TellsWhatWasSentAndNotWhatWouldBe) {
  auto const pirate = keep_pirate();
  auto const chat = d.new_chat();
  auto const answer = ask(chat.id, "Where to?", by(pirate.prompt.id, {{"who", "a pirate"}}));
  auto const before = sync_wait(d.chats().explain(answer.id));

  sync_wait(ada().remove(pirate.prompt.id));
  ask(chat.id, "And then?");

  EXPECT_EQ(to_json_text(sync_wait(d.chats().explain(answer.id))), to_json_text(before));
}

TEST_F(KeptContext, StaysWithinItsSizeAndCountsTheRest) {
  auto const pirate = keep_pirate();
  auto const chat = d.new_chat();
  for (int i = 0; i < 60; ++i) ask(chat.id, "hello");

  auto const answer = ask(chat.id, "Where to?", by(pirate.prompt.id, {{"who", "a pirate"}}));

  auto const told = sync_wait(d.chats().explain(answer.id));
  EXPECT_LE(to_json_text(told.blocks).size(), max_context_digest_bytes + 2);
  EXPECT_GT(told.not_listed, 0);
  EXPECT_EQ(std::ssize(told.blocks) + told.not_listed, 2 + 120 + 1);
  EXPECT_EQ(of_template(told).size(), 2U);
  EXPECT_EQ(told.blocks.back().source.id, to_string(*answer.parent_id));
}

TEST_F(KeptContext, IsThereAgainForAnotherAnswer) {
  auto const pirate = keep_pirate();
  auto const chat = d.new_chat();
  auto const first = ask(chat.id, "Where to?", by(pirate.prompt.id, {{"who", "a pirate"}}));
  auto const was_sent = sent();
  sync_wait(ada().update(pirate.prompt.id, content_update(text("Something else.")), pirate.prompt.revision));

  d.model->push(say("2"));
  auto const second = answered(sync_wait(d.chats().regenerate(first.id)));

  EXPECT_EQ(sent(), was_sent);
  EXPECT_EQ(of_template(sync_wait(d.chats().explain(second.id))).size(), 2U);
  EXPECT_EQ(usage_of(pirate.version.id).sends, 2);
  EXPECT_EQ(code_of(d.chats().regenerate(first.id, by(pirate.prompt.id))), errc::invalid_argument);
}

TEST_F(KeptContext, SaysWhatOfAPromptIsGoneWhenAnsweredAgain) {
  auto const pirate = keep_pirate();
  auto const chat = d.new_chat();
  auto const first = ask(chat.id, "Where to?", by(pirate.prompt.id, {{"who", "a pirate"}}));
  sync_wait(ada().remove(pirate.prompt.id));

  d.model->push(say("2"));
  auto const second = answered(sync_wait(d.chats().regenerate(first.id)));

  EXPECT_EQ(sent().find("pirate"), std::string::npos);
  auto const blocks = of_template(sync_wait(d.chats().explain(second.id)));
  ASSERT_EQ(blocks.size(), 2U);
  for (auto const& one : blocks) {
    EXPECT_EQ(one.state, block_state::dropped);
    EXPECT_EQ(one.reason, context_reason::unresolved);
  }
}

TEST_F(KeptContext, OfAPromptThatIsGoneCountsForNoVersion) {
  auto const pirate = keep_pirate();
  auto shared = prompt_update();
  shared.visibility = visibility::tenant;
  auto const open = sync_wait(ada().update(pirate.prompt.id, std::move(shared), pirate.prompt.revision));
  auto const bens = d.chats_of(ben_);
  auto const chat = sync_wait(bens.create("Test", "scripted/model"));
  d.model->push(say("1"));
  auto const first = answered(sync_wait(bens.send(chat.id, "Where to?", by(pirate.prompt.id, {{"who", "a pirate"}}))));
  auto closed = prompt_update();
  closed.visibility = visibility::private_;
  sync_wait(ada().update(pirate.prompt.id, std::move(closed), open.prompt.revision));

  d.model->push(say("2"));
  auto const second = answered(sync_wait(bens.regenerate(first.id)));
  sync_wait(bens.give_feedback(second.id, 1));

  EXPECT_EQ(sent().find("pirate"), std::string::npos);
  EXPECT_EQ(usage_of(pirate.version.id).sends, 1);
  EXPECT_EQ(usage_of(pirate.version.id).liked, 0);
  sync_wait(bens.give_feedback(first.id, 1));
  EXPECT_EQ(usage_of(pirate.version.id).liked, 1);
}

TEST_F(KeptContext, LeavesNoSumsOfAPromptThatWasRemovedMeanwhile) {
  auto const pirate = keep_pirate();
  testing::gate more;
  d.model->push(testing::answer_script().text("Arr").wait(more).text("!").finish());
  auto running = sync_wait(d.chats().send(d.new_chat().id, "Where to?", by(pirate.prompt.id, {{"who", "a pirate"}})));

  sync_wait(ada().remove(pirate.prompt.id));
  more.open();
  auto const answer = answered(std::move(running));
  sync_wait(d.chats().give_feedback(answer.id, 1));

  EXPECT_EQ(answer.state, message_state::complete);
  EXPECT_EQ(text_of(answer.parts), "Arr!");
  EXPECT_TRUE(d.all_in<prompt_usage>(d.tenant).empty());
  EXPECT_EQ(kept().size(), 1U);
}

TEST_F(KeptContext, IsSentOnceWithAKeyWhateverThePromptSaysMeanwhile) {
  auto const made = keep(prompt("asks", text("Greet {{who}}.", {variable("who")})));
  auto const chat = d.new_chat();
  auto how = by(made.prompt.id, {{"who", "Ben"}});
  how.idempotency_key = "once";
  auto const first = ask(chat.id, "", how);
  auto const updated =
      sync_wait(ada().update(made.prompt.id, content_update(text("Dismiss {{who}}.", {variable("who")})), 1));

  auto const again = answered(sync_wait(d.chats().send(chat.id, "", how)));
  sync_wait(ada().remove(updated.prompt.id));
  auto const after_removal = answered(sync_wait(d.chats().send(chat.id, "", how)));

  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(after_removal.id, first.id);
  EXPECT_EQ(d.model->requests().size(), 1U);
  how.prompt->values["who"] = "Eve";
  EXPECT_EQ(code_of(d.chats().send(chat.id, "", how)), errc::conflict);
}

TEST_F(KeptContext, HoldsItsConfigWhereTheCallSaysNothing) {
  auto content = text("Greet.");
  content.config.temperature = 0.25;
  content.config.max_tokens = 77;
  auto const made = keep(prompt("asks", content));
  auto how = by(made.prompt.id);
  how.max_tokens = 11;

  ask(d.new_chat().id, "", how);

  EXPECT_EQ(d.model->requests().back().temperature, 0.25);
  EXPECT_EQ(d.model->requests().back().max_tokens, 11);
}

TEST_F(KeptContext, GoesAroundAnEditedQuestionWhenItIsNamed) {
  auto const pirate = keep_pirate();
  auto const answer = ask(d.new_chat().id, "Where to?");

  d.model->push(say("2"));
  auto how = by(pirate.prompt.id, {{"who", "a pirate"}});
  answered(sync_wait(d.chats().edit(*answer.parent_id, "Where from?", std::move(how))));

  EXPECT_NE(sent().find("Speak as a pirate."), std::string::npos);
  EXPECT_EQ(kept().size(), 1U);
}

TEST_F(KeptContext, RefusesWhatOneTurnCannotSay) {
  std::vector<template_message> twice;
  twice.push_back(history());
  twice.push_back(says(role::system, "Go on."));
  twice.push_back(history());
  auto const made = keep(prompt("twice", conversation(std::move(twice))));
  auto const chat = d.new_chat();

  EXPECT_EQ(code_of(d.chats().send(chat.id, "hello", by(made.prompt.id))), errc::unsupported);
}

// How a model was called, whatever it was told.
std::string options_of(completion_request got) {
  got.messages.clear();
  return to_json_text(got);
}

TEST_F(KeptContext, ChangesNothingOfHowACallIsAskedFor) {
  auto const made = keep(prompt("asks", text("Greet.")));
  auto const chat = d.new_chat();
  send_options how;
  how.temperature = 0.5;
  how.top_p = 0.25;
  how.max_tokens = 7;
  how.format = output_format::schema_of("greeting", {{"type", "object"}});
  how.on_unsupported = unsupported_policy::drop;
  auto with_prompt = how;
  with_prompt.prompt = prompt_use(made.prompt.id);

  ask(chat.id, "Greet.", how);
  ask(chat.id, "", with_prompt);

  auto const all = d.model->requests();
  auto const plain = options_of(all.at(all.size() - 2));
  EXPECT_EQ(options_of(all.back()), plain);
  EXPECT_NE(plain.find("greeting"), std::string::npos);
}

TEST_F(KeptContext, WishesForAnAnswersFormat) {
  auto formatted = text("Greet.");
  formatted.config.response_format =
      boost::json::parse(R"({"type":"json_schema","json_schema":{"name":"greeting","schema":{"type":"object"}}})")
          .as_object();
  auto const made = keep(prompt("formatted", formatted));
  auto const chat = d.new_chat();

  ask(chat.id, "", by(made.prompt.id));

  auto const wished = d.model->requests().back().format;
  ASSERT_TRUE(wished);
  EXPECT_EQ(wished->how, output_format::kind::json_schema);
  EXPECT_EQ(wished->name, "greeting");
  EXPECT_EQ(wished->schema.at("type"), "object");
  auto otherwise = by(made.prompt.id);
  otherwise.format.emplace();
  ask(chat.id, "", otherwise);
  EXPECT_EQ(d.model->requests().back().format->how, output_format::kind::json_object);
}

TEST_F(KeptContext, KnowsTheFormatsThereAre) {
  auto formatted = text("Greet.");
  formatted.config.response_format = boost::json::object{{"type", "text"}};
  auto const made = keep(prompt("formatted", formatted));
  ask(d.new_chat().id, "", by(made.prompt.id));
  EXPECT_FALSE(d.model->requests().back().format);

  formatted.config.response_format = boost::json::object{{"type", "grammar"}};
  EXPECT_EQ(issues_of(ada().create(prompt("other", formatted))).size(), 1U);
  send_options nameless;
  nameless.format = output_format::schema_of("", {{"type", "object"}});
  EXPECT_EQ(code_of(d.chats().send(d.new_chat().id, "hello", nameless)), errc::invalid_argument);
}

TEST_F(KeptContext, OfATurnThatIsTooLargeSaysSo) {
  auto const large = keep(prompt("large", conversation({says(role::system, std::string(200'000, 'x'))})));
  auto const chat = d.new_chat();

  EXPECT_EQ(code_of(d.chats().preview(chat.id, "hello", by(large.prompt.id))), errc::payload_too_large);
  auto const answer = answered(sync_wait(d.chats().send(chat.id, "hello", by(large.prompt.id))));

  EXPECT_EQ(answer.state, message_state::failed);
  EXPECT_EQ(answer.reason, message_reason::payload_too_large);
  EXPECT_EQ(usage_of(large.version.id).answers, 0);
  EXPECT_EQ(usage_of(large.version.id).sends, 1);
}

TEST(LostContext, IsToldAndCountedByWhoeverSettlesTheTurn) {
  desk_options options;
  options.turns = tests::left_behind(std::chrono::milliseconds(1));
  testing::gate never;
  desk lost(options);
  auto prompts = lost.as(lost.user).templates();
  auto const made = sync_wait(
      prompts.create(prompt("pirate", conversation({says(role::system, std::string(4'000, 'x')), history()}))));
  auto const chat = lost.new_chat().id;
  lost.model->push(testing::answer_script().text("flushed").wait(never).finish());
  auto turn = sync_wait(lost.chats().send(chat, "hi", by(made.prompt.id)));
  auto const answer = turn.message_id();
  auto const flushed = [&] { return text_of(sync_wait(lost.chats().get_message(answer)).parts); };
  ASSERT_TRUE(test::eventually([&] { return flushed() == "flushed"; }));

  desk next(options);  // on the same storage, as if the first process had died

  auto const settled = sync_wait(next.chats().get_message(answer));
  ASSERT_TRUE(settled.usage);
  EXPECT_GE(settled.usage->input_tokens, 1'000);
  auto const told = sync_wait(next.chats().explain(answer));
  ASSERT_EQ(of_template(told).size(), 1U);
  EXPECT_GE(told.tokens, 1'000);
  auto const sums = next.all_in<prompt_usage>(next.tenant);
  ASSERT_EQ(sums.size(), 1U);
  EXPECT_EQ(sums[0].sends, 1);
  EXPECT_EQ(sums[0].answers, 0);
  EXPECT_EQ(sums[0].input_tokens, settled.usage->input_tokens);
}

// What others add to meanwhile.
std::vector<std::string> sums_in(batch const& b) {
  std::vector<std::string> tables;
  for (auto const& one : b.changes())
    if (auto const* sum = std::get_if<increment_row>(&one)) tables.push_back(sum->table);
  return tables;
}

// Two batches that add to the same sums in other orders would wait for each other.
TEST(LostContext, IsCountedInTheOrderOfATurnsOwnEnd) {
  desk_options options;
  options.turns.flush_interval = std::chrono::milliseconds(1);
  auto const storage = std::make_shared<tests::watched_storage>(options.storage);
  options.storage = storage;
  testing::gate never;
  desk lost(options);
  auto prompts = lost.as(lost.user).templates();
  auto const made = sync_wait(prompts.create(prompt("pirate", conversation({says(role::system, "Arr."), history()}))));
  auto const chat = lost.new_chat().id;
  std::vector<std::vector<std::string>> orders;
  storage->before_writes([&](batch const& b) {
    auto tables = sums_in(b);
    if (std::ranges::find(tables, "prompt_usages") != tables.end()) orders.push_back(std::move(tables));
  });
  lost.model->push(say("ended"));
  auto ended = sync_wait(lost.chats().send(chat, "hi", by(made.prompt.id)));
  sync_wait(ended.answer());
  lost.model->push(testing::answer_script().text("flushed").wait(never).finish());
  auto turn = sync_wait(lost.chats().send(chat, "hi", by(made.prompt.id)));
  auto const flushed = [&] { return text_of(sync_wait(lost.chats().get_message(turn.message_id())).parts); };
  ASSERT_TRUE(test::eventually([&] { return flushed() == "flushed"; }));

  desk next(options);

  storage->before_writes(nullptr);
  ASSERT_EQ(orders.size(), 2U);
  EXPECT_GE(orders[0].size(), 2U);
  EXPECT_EQ(orders[1], orders[0]);
}

}  // namespace
}  // namespace sambung::kept_context_test
