// A turn that is read without coroutines, a little at a time, as a program with a loop of its own does.
#include "support/desk.hpp"

#include <sambung/core/deadline.hpp>
#include <sambung/testing/gate.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

namespace sambung::polled_turn_test {

using namespace sambung::tests;

namespace {

// The next event if there is one soon; one without a value: not yet.
std::optional<std::optional<turn_event>> poll(turn& reader) {
  try {
    return sync_wait(reader.next(), std::chrono::milliseconds(20));
  } catch (error const& why) {
    if (why.code() != errc::deadline_exceeded) throw;
    return std::nullopt;
  }
}

TEST(PolledTurn, LosesNothingWhenAReadEndsWithoutAnEvent) {
  desk d;
  testing::gate more;
  d.model->push(testing::answer_script().text("Hel").wait(more).text("lo").finish());
  auto const home = d.new_chat();
  auto reader = sync_wait(d.chats().send(home.id, "Apa khabar?"), std::chrono::minutes(1));
  read_first_text(reader);

  EXPECT_FALSE(poll(reader));
  EXPECT_FALSE(poll(reader));
  more.open();
  std::string rest;
  std::optional<turn_finished> end;
  while (!end) {
    auto const event = poll(reader);
    if (!event) continue;
    ASSERT_TRUE(*event);
    if (auto const* delta = std::get_if<text_delta>(&**event)) rest += delta->text;
    if (auto const* last = std::get_if<turn_finished>(&**event)) end = *last;
  }

  EXPECT_EQ(rest, "lo");
  EXPECT_EQ(end->state, message_state::complete);
}

TEST(PolledTurn, GoesOnWithoutItsReader) {
  desk d;
  testing::gate more;
  d.model->push(testing::answer_script().text("Hel").wait(more).text("lo").finish());
  auto const home = d.new_chat();
  auto reader = sync_wait(d.chats().send(home.id, "Apa khabar?"));

  EXPECT_THROW(sync_wait(reader.answer(), std::chrono::milliseconds(20)), error);
  more.open();
  auto again = sync_wait(d.chats().resume(reader.message_id()));

  EXPECT_EQ(text_of(sync_wait(again.answer()).parts), "Hello");
}

TEST(PolledTurn, GivesWhatIsThereWithoutWaiting) {
  desk d;
  testing::gate more;
  d.model->push(testing::answer_script().text("Hel").wait(more).text("lo").finish());
  auto reader = sync_wait(d.chats().send(d.new_chat().id, "Apa khabar?"));
  auto const first = sync_wait(reader.next());
  std::string text;
  while (text.empty())
    if (auto const event = reader.ready()) text += std::get<text_delta>(*event).text;

  EXPECT_TRUE(std::holds_alternative<turn_started>(*first));
  EXPECT_EQ(text, "Hel");
  EXPECT_EQ(reader.last_event(), 2);
  EXPECT_FALSE(reader.ready());
  more.open();
  while (auto const event = sync_wait(reader.next())) {
    if (auto const* delta = std::get_if<text_delta>(&*event)) text += delta->text;
    // Behind the end there is nothing, and next() is who says that it is the end.
    if (std::holds_alternative<turn_finished>(*event)) {
      EXPECT_FALSE(reader.ready());
    }
  }

  EXPECT_EQ(text, "Hello");
  EXPECT_FALSE(reader.ready());
}

TEST(PolledTurn, GivesTheRestOfAStoredTurnOnceItWasRead) {
  desk d;
  d.model->push(testing::answer_script().text("Hello").finish());
  auto sent = sync_wait(d.chats().send(d.new_chat().id, "Apa khabar?"));
  auto const answer = sync_wait(sent.answer());
  sync_wait(d.engine->shutdown());
  desk_options again;
  again.storage = d.storage;
  d.engine.reset();
  desk later(again);

  auto reader = sync_wait(later.chats().resume(answer.id, 1));
  EXPECT_FALSE(reader.ready());  // nothing was read from storage yet
  auto const text = sync_wait(reader.next());
  auto const end = reader.ready();

  EXPECT_TRUE(std::holds_alternative<turn_snapshot>(*text));
  ASSERT_TRUE(end);
  EXPECT_TRUE(std::holds_alternative<turn_finished>(*end));
  EXPECT_FALSE(sync_wait(reader.next()));
}

TEST(PolledTurn, TellsHowFarItHasComeWhereverItsReaderIs) {
  desk d;
  testing::gate more;
  d.model->push(testing::answer_script().text("Hel").wait(more).text("lo").finish());
  auto reader = sync_wait(d.chats().send(d.new_chat().id, "Apa khabar?"));
  while (reader.last_event() < 2) sync_wait(reader.next());
  auto behind = sync_wait(d.chats().resume(reader.message_id()));

  auto const running = sync_wait(behind.tail());
  more.open();
  sync_wait(reader.answer());
  auto const ended = sync_wait(behind.tail());

  EXPECT_EQ(running.last_event, 2);
  EXPECT_FALSE(running.ended);
  EXPECT_EQ(ended.last_event, 4);
  EXPECT_TRUE(ended.ended);
  EXPECT_EQ(behind.last_event(), 0);
  EXPECT_EQ(sync_wait(reader.tail()).last_event, 4);
}

TEST(PolledTurn, OfAnotherEngineHasComeAsFarAsIsStored) {
  desk_options options;
  options.deployment = deployment::shared;
  desk d(options);
  testing::gate more;
  d.model->push(testing::answer_script().text("Hel").wait(more).text("lo").finish());
  auto sent = sync_wait(d.chats().send(d.new_chat().id, "Apa khabar?"));
  desk elsewhere(options);
  auto reader = sync_wait(elsewhere.chats().resume(sent.message_id()));

  EXPECT_FALSE(sync_wait(reader.tail()).ended);
  while (reader.last_event() < 2) sync_wait(reader.next());
  auto const running = sync_wait(reader.tail());
  more.open();
  sync_wait(sent.answer());
  auto const ended = sync_wait(reader.tail());

  EXPECT_EQ(running.last_event, 2);
  EXPECT_FALSE(running.ended);
  EXPECT_EQ(ended.last_event, 4);
  EXPECT_TRUE(ended.ended);
  EXPECT_EQ(text_of(sync_wait(reader.answer()).parts), "Hello");
}

TEST(PolledTurn, IsNotReadTwiceAtOnce) {
  desk d;
  testing::gate more;
  d.model->push(testing::answer_script().wait(more).text("Hello").finish());
  auto reader = sync_wait(d.chats().send(d.new_chat().id, "Apa khabar?"));
  sync_wait(reader.next());
  boost::asio::io_context io(1);
  auto waiting = boost::asio::co_spawn(io, reader.next(), boost::asio::use_future);
  io.poll();

  EXPECT_THROW(reader.ready(), error);
  EXPECT_THROW(sync_wait(reader.tail()), error);
  more.open();
  io.run();

  EXPECT_TRUE(waiting.get());
}

}  // namespace
}  // namespace sambung::polled_turn_test
