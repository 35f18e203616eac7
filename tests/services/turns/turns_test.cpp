// Turns through chats(): what is stored when, who reads what, and how a turn ends.
#include "support/desk.hpp"
#include "support/eventually.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sambung::turns_test {
namespace {

using namespace std::chrono_literals;
using testing::answer_script;
using testing::gate;
using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::read_all;
using tests::say;

answer_script deltas(int count) {
  answer_script script;
  for (int i = 0; i < count; ++i) script.text("d" + std::to_string(i) + " ");
  return script.finish();
}

std::string joined(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "d" + std::to_string(i) + " ";
  return text;
}

TEST(Turn, StoresBothMessagesBeforeTheModelIsCalled) {
  desk d;
  gate hold;
  d.model->push(answer_script().wait(hold).text("hello").finish());
  auto const chat = d.new_chat();

  auto turn = sync_wait(d.chats().send(chat.id, "hi"));

  auto const stored = sync_wait(d.chats().messages(chat.id));
  ASSERT_EQ(stored.items.size(), 2U);
  EXPECT_EQ(stored.items[0].state, message_state::streaming);
  EXPECT_EQ(text_of(stored.items[1].parts), "hi");
  hold.open();
  EXPECT_EQ(text_of(sync_wait(turn.answer()).parts), "hello");
}

TEST(Turn, NumbersItsEventsWithoutGapsAndEndsWithFinished) {
  desk d;
  d.model->push(deltas(50));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  auto const got = read_all(turn);

  ASSERT_EQ(got.numbers.size(), 52U);
  for (std::size_t i = 0; i < got.numbers.size(); ++i) EXPECT_EQ(got.numbers[i], static_cast<std::int64_t>(i + 1));
  ASSERT_TRUE(got.end);
  EXPECT_EQ(got.end->state, message_state::complete);
  EXPECT_EQ(got.text, joined(50));
}

TEST(Turn, GivesEveryReaderTheSameTextFromWhereverItAttaches) {
  desk d;
  d.model->push(deltas(2'000));
  auto const chat = d.new_chat();
  auto first = sync_wait(d.chats().send(chat.id, "hi"));
  auto second = sync_wait(d.chats().resume(first.message_id()));
  auto late = sync_wait(d.chats().resume(first.message_id(), 500));

  auto const all = read_all(first);
  auto const again = read_all(second);
  auto const rest = read_all(late);

  EXPECT_EQ(all.text, joined(2'000));
  EXPECT_EQ(again.text, all.text);
  EXPECT_EQ(rest.numbers.front(), 501);
  EXPECT_TRUE(all.text.ends_with(rest.text));
  EXPECT_EQ(rest.numbers.size() + 500, all.numbers.size());
  EXPECT_EQ(text_of(sync_wait(d.chats().get_message(first.message_id())).parts), all.text);
}

TEST(Turn, AsksAndAnswersInTurnBehindAnAnswerThatFailed) {
  desk d;
  d.model->push(answer_script().fail({errc::unavailable, "loading"}));
  d.model->push(answer_script().text("here").finish());
  auto const chat = d.new_chat();
  for (auto const* text : {"hi", "are you there?"}) {
    auto turn = sync_wait(d.chats().send(chat.id, text));
    sync_wait(turn.answer());
  }

  auto const asked = d.model->requests().at(1).messages;

  ASSERT_EQ(asked.size(), 3u);
  EXPECT_EQ(asked.at(0).who, role::user);
  EXPECT_EQ(asked.at(1).who, role::assistant);
  EXPECT_FALSE(text_of(asked.at(1).parts).empty());
  EXPECT_EQ(text_of(asked.at(2).parts), "are you there?");
}

TEST(Turn, GoesOnWhenItsReaderGoesAway) {
  desk d;
  gate hold;
  d.model->push(answer_script().text("a").wait(hold).text("b").finish());
  auto const chat = d.new_chat();
  std::optional<turn> reader = sync_wait(d.chats().send(chat.id, "hi"));
  auto const answer = reader->message_id();
  reader.reset();
  hold.open();

  auto follower = sync_wait(d.chats().resume(answer));

  EXPECT_EQ(text_of(sync_wait(follower.answer()).parts), "ab");
  EXPECT_EQ(d.model->abandoned(), 0U);
}

TEST(Turn, StopKeepsWhatCameAndEndsTheCall) {
  desk d;
  gate never;
  d.model->push(answer_script().text("partial").wait(never).text("lost").finish());
  auto const chat = d.new_chat();
  auto turn = sync_wait(d.chats().send(chat.id, "hi"));
  tests::read_first_text(turn);

  auto const stopped = sync_wait(d.chats().stop(turn.message_id()));

  EXPECT_EQ(stopped.state, message_state::cancelled);
  EXPECT_EQ(text_of(stopped.parts), "partial");
  EXPECT_EQ(d.model->abandoned(), 1U);
  EXPECT_EQ(read_all(turn).end->state, message_state::cancelled);
  EXPECT_EQ(sync_wait(d.chats().stop(turn.message_id())).state, message_state::cancelled);
}

TEST(Turn, KeepsPartialTextWhenTheProviderBreaksOff) {
  desk d;
  d.model->push(answer_script().text("half").fail(failure(errc::unavailable, "connection lost")));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  auto const stored = sync_wait(turn.answer());

  EXPECT_EQ(stored.state, message_state::incomplete);
  EXPECT_EQ(stored.reason, message_reason::unavailable);
  EXPECT_EQ(text_of(stored.parts), "half");
}

TEST(Turn, FailsWithWhatTheProviderSaid) {
  desk d;
  d.model->push(answer_script().fail(failure(errc::rate_limited, "slow down")));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  auto const got = read_all(turn);
  auto const stored = sync_wait(d.chats().get_message(turn.message_id()));

  EXPECT_EQ(got.end->state, message_state::failed);
  EXPECT_EQ(got.end->error, "slow down");
  EXPECT_EQ(stored.reason, message_reason::rate_limited);
  ASSERT_FALSE(stored.parts.empty());
  EXPECT_EQ(std::get<error_part>(stored.parts.back()).message, "slow down");
}

TEST(Turn, IsNeverCompleteWithoutAnEndFromTheProvider) {
  desk d;
  d.model->push(answer_script().text("half"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  EXPECT_EQ(sync_wait(turn.answer()).state, message_state::incomplete);
}

TEST(Turn, AllowsOneAtATimeInAChat) {
  desk d;
  gate hold;
  d.model->push(answer_script().wait(hold).text("one").finish()).push(say("two"));
  auto const chat = d.new_chat();
  auto first = sync_wait(d.chats().send(chat.id, "hi"));

  EXPECT_EQ(code_of(d.chats().send(chat.id, "again")), errc::conflict);
  hold.open();
  sync_wait(first.answer());

  auto second = sync_wait(d.chats().send(chat.id, "again"));
  EXPECT_EQ(text_of(sync_wait(second.answer()).parts), "two");
}

TEST(Turn, BoundsTurnsOfOneUser) {
  desk_options options;
  options.turns.max_per_user = 2;
  desk d(options);
  gate hold;
  std::vector<turn> running;
  for (int i = 0; i < 2; ++i) {
    d.model->push(answer_script().wait(hold).text("x").finish());
    running.push_back(sync_wait(d.chats().send(d.new_chat().id, "hi")));
  }

  EXPECT_EQ(code_of(d.chats().send(d.new_chat().id, "one more")), errc::rate_limited);

  hold.open();
  for (auto& turn : running) sync_wait(turn.answer());
  d.model->push(say("room again"));
  EXPECT_EQ(code_of(d.chats().send(d.new_chat().id, "hi")), std::nullopt);
}

TEST(Turn, IsSentOnceForOneIdempotencyKey) {
  desk d;
  d.model->push(say("one"));
  auto const chat = d.new_chat();
  send_options how;
  how.idempotency_key = "key";
  auto first = sync_wait(d.chats().send(chat.id, "hi", how));
  auto const answer = sync_wait(first.answer());

  auto again = sync_wait(d.chats().send(chat.id, "hi", how));

  EXPECT_EQ(again.message_id(), answer.id);
  EXPECT_EQ(read_all(again).text, "one");
  EXPECT_EQ(d.model->requests().size(), 1U);
  EXPECT_EQ(sync_wait(d.chats().messages(chat.id)).items.size(), 2U);
  EXPECT_EQ(code_of(d.chats().send(chat.id, "other", how)), errc::conflict);
}

TEST(Turn, SharesNoIdempotencyKeyBetweenUsers) {
  desk d;
  d.model->otherwise([](completion_request const&) { return say("fine"); });
  auto const other = d.add_user("bob");
  send_options how;
  how.idempotency_key = "key";
  auto const mine = d.new_chat();
  auto const theirs = sync_wait(d.chats_of(other).create("Bob's", "scripted/model"));

  auto first = sync_wait(d.chats().send(mine.id, "hi", how));
  auto second = sync_wait(d.chats_of(other).send(theirs.id, "hi", how));

  EXPECT_NE(first.message_id(), second.message_id());
  sync_wait(first.answer());
  sync_wait(second.answer());
}

TEST(Turn, FlushesTextWhileItStreams) {
  desk_options options;
  options.turns.flush_interval = 5ms;
  desk d(options);
  gate hold;
  d.model->push(answer_script().text("early ").text("text").wait(hold).text(" late").finish());
  auto const chat = d.new_chat();
  auto turn = sync_wait(d.chats().send(chat.id, "hi"));
  tests::read_first_text(turn);

  auto const flushed = [&] {
    auto const stored = sync_wait(d.chats().get_message(turn.message_id()));
    EXPECT_EQ(stored.state, message_state::streaming);
    return text_of(stored.parts);
  };
  ASSERT_TRUE(test::eventually([&] { return flushed() == "early text"; }));

  hold.open();
  EXPECT_EQ(text_of(sync_wait(turn.answer()).parts), "early text late");
}

TEST(Turn, CountsWhatItUsed) {
  desk d;
  d.model->push(answer_script().text("x").usage(11, 7).finish());
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  auto const stored = sync_wait(turn.answer());

  ASSERT_TRUE(stored.usage);
  EXPECT_EQ(stored.usage->input_tokens, 11);
  EXPECT_EQ(stored.usage->output_tokens, 7);
  auto const counted = d.usage();
  ASSERT_EQ(counted.size(), 1U);
  EXPECT_EQ(counted[0].model, "scripted/model");
  EXPECT_EQ(counted[0].requests, 1);
  EXPECT_EQ(counted[0].input_tokens, 11);
  EXPECT_EQ(counted[0].output_tokens, 7);
}

TEST(Turn, CountsWhatArrivedOfAStoppedAnswerByEstimate) {
  desk d;
  gate never;
  d.model->push(answer_script().text(std::string(400, 'x')).wait(never).finish());
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  tests::read_first_text(turn);

  auto const stopped = sync_wait(d.chats().stop(turn.message_id()));

  ASSERT_TRUE(stopped.usage);
  EXPECT_TRUE(stopped.usage->estimated);
  ASSERT_EQ(d.usage().size(), 1U);
  EXPECT_EQ(d.usage()[0].output_tokens, 100);
}

TEST(Turn, OffersReasoningAndToolCallsAsParts) {
  desk d;
  d.model->push(answer_script()
                    .reasoning("let me ")
                    .reasoning("think")
                    .text("Looking.")
                    .tool_call(0, "call_1", "weather", "{\"city\":")
                    .tool_call(0, "", "", "\"Ipoh\"}")
                    .finish(finish_reason::tool_calls));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  auto const stored = sync_wait(turn.answer());

  ASSERT_EQ(stored.parts.size(), 3U);
  EXPECT_EQ(std::get<reasoning_part>(stored.parts[0]).text, "let me think");
  EXPECT_EQ(std::get<tool_call_part>(stored.parts[2]).arguments, "{\"city\":\"Ipoh\"}");
}

TEST(Turn, StopsAfterItsLastReaderWhenTheChatSaysSo) {
  desk d;
  gate never;
  d.model->push(answer_script().text("a").wait(never).finish());
  sambung::new_chat from("Test", "scripted/model");
  from.cancel_after_ms = 1;
  auto const chat = sync_wait(d.chats().create(std::move(from)));
  std::optional<turn> reader = sync_wait(d.chats().send(chat.id, "hi"));
  auto const answer = reader->message_id();
  tests::read_first_text(*reader);

  reader.reset();

  message stored;
  do stored = sync_wait(d.chats().get_message(answer));
  while (stored.state == message_state::streaming);
  EXPECT_EQ(stored.state, message_state::cancelled);
}

TEST(Turn, ReadsFromStorageOnceTheEventsAreForgotten) {
  desk_options options;
  options.turns.retained_bytes = 0;
  desk d(options);
  d.model->push(deltas(10));
  auto const chat = d.new_chat();
  auto turn = sync_wait(d.chats().send(chat.id, "hi"));
  auto const live = read_all(turn);
  // The events are forgotten a moment after the last one was read; from then on a reader gets the whole text.
  auto const from_middle = [&] {
    auto reader = sync_wait(d.chats().resume(turn.message_id(), 5));
    return read_all(reader).text;
  };
  auto const give_up = std::chrono::steady_clock::now() + 60s;
  while (from_middle() != live.text && std::chrono::steady_clock::now() < give_up) {
  }

  auto from_start = sync_wait(d.chats().resume(turn.message_id()));
  auto from_end = sync_wait(d.chats().resume(turn.message_id(), live.numbers.back()));

  EXPECT_EQ(read_all(from_start).text, live.text);
  EXPECT_EQ(from_middle(), live.text);
  EXPECT_EQ(read_all(from_end).numbers.size(), 0U);
}

TEST(Turn, IsParkedByShutdownWithItsTextKept) {
  auto const storage = tests::fresh_storage();
  desk_options options;
  options.storage = storage;
  message_id answer;
  {
    desk d(options);
    gate never;
    d.model->push(answer_script().text("kept").wait(never).finish());
    auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
    answer = turn.message_id();
    tests::read_first_text(turn);
    sync_wait(d.engine->shutdown(0ms));
    EXPECT_EQ(code_of(d.chats().send(d.new_chat().id, "late")), errc::unavailable);
  }

  desk again(options);
  auto const stored = sync_wait(again.chats().get_message(answer));
  EXPECT_EQ(stored.state, message_state::incomplete);
  EXPECT_EQ(stored.reason, message_reason::shutdown);
  EXPECT_EQ(text_of(stored.parts), "kept");
}

TEST(Turn, IsSettledByTheNextEngineWhenItsServerWasLost) {
  auto const storage = tests::fresh_storage();
  desk_options options;
  options.storage = storage;
  options.turns = tests::left_behind(1ms);
  message_id answer;
  chat_id chat;
  gate never;
  desk lost(options);
  lost.model->push(answer_script().text("flushed").wait(never).finish());
  chat = lost.new_chat().id;
  auto turn = sync_wait(lost.chats().send(chat, "hi"));
  answer = turn.message_id();
  auto const flushed = [&] { return text_of(sync_wait(lost.chats().get_message(answer)).parts); };
  ASSERT_TRUE(test::eventually([&] { return flushed() == "flushed"; }));

  desk next(options);  // on the same storage, as if the first process had died

  auto const stored = sync_wait(next.chats().get_message(answer));
  EXPECT_EQ(stored.state, message_state::incomplete);
  EXPECT_EQ(stored.reason, message_reason::server_lost);
  EXPECT_EQ(text_of(stored.parts), "flushed");
  next.model->push(say("on we go"));
  auto follow_up = sync_wait(next.chats().send(chat, "still there?"));
  EXPECT_EQ(text_of(sync_wait(follow_up.answer()).parts), "on we go");
}

TEST(Turn, TellsItsEndToAReaderWhoHadMoreThanWasStored) {
  desk_options options;
  options.storage = tests::fresh_storage();
  options.turns = tests::left_behind();
  options.turns.flush_bytes = 1'048'576;
  gate never;
  desk lost(options);
  lost.model->push(answer_script().text("not").text(" stored").text(" yet").wait(never).finish());
  auto turn = sync_wait(lost.chats().send(lost.new_chat().id, "hi"));
  while (turn.last_event() < 4) sync_wait(turn.next());

  desk next(options);  // on the same storage, as if the first process had died
  for (std::int64_t const had : {1, 2, 3, 4}) {
    auto resumed = sync_wait(next.chats().resume(turn.message_id(), had));
    auto const rest = tests::read_all(resumed);

    ASSERT_TRUE(rest.end) << "behind " << had;
    EXPECT_EQ(rest.end->reason, message_reason::server_lost);
    ASSERT_EQ(rest.numbers.size(), 2U);  // what there is, and the end
    EXPECT_GT(rest.numbers[0], turn.last_event());
    EXPECT_GT(rest.numbers[1], rest.numbers[0]);
    auto nothing_more = sync_wait(next.chats().resume(turn.message_id(), rest.numbers[1]));
    EXPECT_FALSE(sync_wait(nothing_more.next()));
  }
}

TEST(Turn, TellsItsEndToAReaderWhoNamesAnEventThatNeverWas) {
  desk_options options;
  options.storage = tests::fresh_storage();
  desk d(options);
  d.model->push(say("all"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
  auto const answer = sync_wait(turn.answer());
  desk next(options);  // which has not its events in memory

  auto resumed = sync_wait(next.chats().resume(answer.id, 1'000));
  auto const rest = tests::read_all(resumed);

  ASSERT_TRUE(rest.end);
  EXPECT_EQ(rest.text, "all");
  EXPECT_EQ(rest.numbers, (std::vector<std::int64_t>{1'001, 1'002}));
}

TEST(Turn, RunsElsewhereUntilItsLeaseIsOver) {
  desk_options options;
  options.storage = tests::fresh_storage();
  options.deployment = deployment::shared;
  options.turns.flush_interval = 1ms;
  desk here(options);
  gate hold;
  here.model->push(answer_script().text("from afar").wait(hold).text("!").finish());
  auto const chat = here.new_chat();
  auto turn = sync_wait(here.chats().send(chat.id, "hi"));

  desk there(options);
  auto follower = sync_wait(there.chats().resume(turn.message_id()));
  tests::read_first_text(follower);
  EXPECT_EQ(code_of(there.chats().send(chat.id, "me too")), errc::conflict);
  hold.open();

  EXPECT_EQ(text_of(sync_wait(follower.answer()).parts), "from afar!");
}

TEST(Turn, StopsOnAnotherEngine) {
  desk_options options;
  options.storage = tests::fresh_storage();
  options.deployment = deployment::shared;
  options.turns.flush_interval = 1ms;
  options.turns.lease = 3s;  // it sees the wish at the next renewal, a third of that later
  desk here(options);
  gate never;
  here.model->push(answer_script().text("a").wait(never).finish());
  auto turn = sync_wait(here.chats().send(here.new_chat().id, "hi"));
  tests::read_first_text(turn);
  desk there(options);

  auto const stopped = sync_wait(there.chats().stop(turn.message_id()));

  EXPECT_NE(stopped.state, message_state::streaming);
  EXPECT_EQ(text_of(stopped.parts), "a");
}

// A model that is known to sample in its own way.
chat chat_with_o3(desk& d) { return sync_wait(d.chats().create("Test", "scripted/o3")); }

send_options heated(unsupported_policy how) {
  send_options options;
  options.temperature = 0.5;
  options.on_unsupported = how;
  return options;
}

TEST(Turn, FailsWhenItAsksForMoreThanTheModelCan) {
  desk d;
  auto turn = sync_wait(d.chats().send(chat_with_o3(d).id, "hi", heated(unsupported_policy::refuse)));

  auto const end = read_all(turn).end.value();

  EXPECT_EQ(end.state, message_state::failed);
  EXPECT_EQ(end.reason, message_reason::unsupported);
  EXPECT_TRUE(end.warnings.empty());
  EXPECT_TRUE(d.model->requests().empty());
}

TEST(Turn, SaysAtItsEndWhatWasLeftOutOfTheRequest) {
  desk d;
  d.model->push(say("hello"));
  auto turn = sync_wait(d.chats().send(chat_with_o3(d).id, "hi", heated(unsupported_policy::drop)));

  auto const end = read_all(turn).end.value();

  EXPECT_EQ(end.state, message_state::complete);
  ASSERT_EQ(end.warnings.size(), 1U);
  EXPECT_EQ(end.warnings[0].path, "temperature");
  EXPECT_FALSE(d.model->requests().at(0).temperature);
  auto again = sync_wait(d.chats().resume(end.message_id, 0));
  EXPECT_EQ(read_all(again).end->warnings, end.warnings);
}

std::size_t text_in(turn_event const& event) {
  if (auto const* delta = std::get_if<text_delta>(&event)) return delta->text.size();
  if (auto const* all = std::get_if<turn_snapshot>(&event)) return content_bytes(all->parts);
  return 0;
}

// Everything a client has in the end, and the most that came at once.
struct long_reading {
  std::string text;
  std::size_t most = 0;
  std::vector<std::int64_t> numbers;
  bool finished = false;
};
long_reading read_long(turn reader) {
  long_reading got;
  while (auto const event = sync_wait(reader.next())) {
    got.most = std::max(got.most, text_in(*event));
    got.numbers.push_back(reader.last_event());
    if (auto const* delta = std::get_if<text_delta>(&*event)) got.text += delta->text;
    if (auto const* all = std::get_if<turn_snapshot>(&*event)) got.text = text_of(all->parts);
    got.finished = std::holds_alternative<turn_finished>(*event);
  }
  return got;
}

TEST(Turn, TellsALongDeltaInPieces) {
  desk d;
  std::string const answer(3'000'000, 'x');
  d.model->push(say(answer));

  auto const got = read_long(sync_wait(d.chats().send(d.new_chat().id, "hi")));

  EXPECT_EQ(got.text, answer);
  EXPECT_LE(got.most, 16'384U);
  EXPECT_TRUE(got.finished);
}

TEST(Turn, ThatHasEndedElsewhereIsToldInPieces) {
  desk_options options;
  std::string const answer(3'000'000, 'x');
  message_id id;
  {
    desk before(options);
    before.model->push(say(answer));
    auto turn = sync_wait(before.chats().send(before.new_chat().id, "hi"));
    id = sync_wait(turn.answer()).id;
  }
  desk d(options);

  auto const all = read_long(sync_wait(d.chats().resume(id)));
  auto const end = all.numbers.back();
  auto const behind = read_long(sync_wait(d.chats().resume(id, end - 1)));
  auto const again = read_long(sync_wait(d.chats().resume(id, end - 2)));

  EXPECT_EQ(all.text, answer);
  EXPECT_LE(all.most, 262'144U);
  EXPECT_TRUE(all.finished);
  EXPECT_TRUE(std::ranges::is_sorted(all.numbers));
  EXPECT_EQ(behind.numbers, std::vector<std::int64_t>{end});
  EXPECT_EQ(again.text, answer);
  EXPECT_TRUE(std::ranges::is_sorted(again.numbers));
}

}  // namespace
}  // namespace sambung::turns_test
