// A turn that is read without coroutines, a little at a time, as a program with a loop of its own does.
#include "support/desk.hpp"

#include <sambung/core/deadline.hpp>
#include <sambung/testing/gate.hpp>

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

}  // namespace
}  // namespace sambung::polled_turn_test
