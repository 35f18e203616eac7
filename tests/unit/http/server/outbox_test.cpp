#include "http/server/outbox.hpp"

#include <gtest/gtest.h>

namespace sambung::serving::outbox_test {
namespace {

using step = outbox::step;

std::string taken(outbox& out) {
  std::string text;
  for (auto const& part : out.take()) text.append(static_cast<char const*>(part.data()), part.size());
  return text;
}

void add(outbox& out, std::string_view text, bool last = false) {
  out.pending() += text;
  out.added(last);
}

TEST(Outbox, WaitsUntilSomethingIsAdded) {
  outbox out(100, framing::chunked);

  EXPECT_EQ(out.next(), step::wait);
  add(out, "a");
  EXPECT_EQ(out.next(), step::send);
  EXPECT_EQ(taken(out), "1\r\na\r\n");
  EXPECT_EQ(out.taken_bytes(), 1);
  EXPECT_EQ(out.next(), step::wait);
}

TEST(Outbox, SendsTogetherWhatCameMeanwhile) {
  outbox out(100, framing::chunked);

  add(out, "first,");
  add(out, "second,");
  add(out, "third.", true);

  EXPECT_EQ(out.next(), step::send);
  EXPECT_EQ(taken(out), "13\r\nfirst,second,third.\r\n");
  EXPECT_EQ(out.next(), step::end);
  EXPECT_EQ(out.closing(), "0\r\n\r\n");
}

TEST(Outbox, FramesNothingWhereTheConnectionEndsTheBody) {
  outbox out(100, framing::until_close);

  add(out, "event", true);

  EXPECT_EQ(taken(out), "event");
  EXPECT_EQ(out.taken_bytes(), 5);
  EXPECT_EQ(out.closing(), "");
}

TEST(Outbox, IsFullPastItsLimitUntilASlowReaderTakes) {
  outbox out(4, framing::chunked);

  add(out, "1234");
  EXPECT_FALSE(out.full());
  add(out, "5");
  EXPECT_TRUE(out.full());
  EXPECT_EQ(taken(out), "5\r\n12345\r\n");
  EXPECT_FALSE(out.full());
}

TEST(Outbox, EndsWithoutAnythingWhenTheSourceHadNothing) {
  outbox out(100, framing::chunked);

  add(out, "", true);

  EXPECT_EQ(out.next(), step::end);
}

TEST(Outbox, TellsAQuietClientThatTheStreamLives) {
  outbox out(100, framing::chunked);

  out.keep_alive(":\n\n");
  EXPECT_EQ(taken(out), "3\r\n:\n\n\r\n");
  add(out, "event");
  out.keep_alive(":\n\n");
  EXPECT_EQ(taken(out), "5\r\nevent\r\n");
}

TEST(Outbox, SendsLastWordsInPlaceOfTheRestWhenItIsCutOff) {
  outbox out(4, framing::chunked);
  add(out, "a reader too slow to see this");

  out.cut_off_with("bye");
  EXPECT_FALSE(out.full());
  add(out, "more that the source had");

  EXPECT_TRUE(out.cut());
  EXPECT_EQ(out.next(), step::send);
  EXPECT_EQ(taken(out), "3\r\nbye\r\n");
  EXPECT_EQ(out.next(), step::end);
  add(out, "and more");
  EXPECT_EQ(out.next(), step::end);
}

TEST(Outbox, EndsAtOnceWhenItIsCutOffWithoutAWord) {
  outbox out(100, framing::chunked);
  add(out, "unsent");

  out.cut_off_with("");

  EXPECT_EQ(out.next(), step::end);
}

TEST(Outbox, GivesALargeRoomBackWhenItRests) {
  outbox out(1'000'000, framing::chunked);
  for (int i = 0; i < 2; ++i) {
    add(out, std::string(500'000, 'e'));
    taken(out);
  }

  out.rest();

  EXPECT_EQ(out.next(), step::wait);
  EXPECT_LE(out.pending().capacity(), 4'096U);
  EXPECT_EQ(out.taken_bytes(), 0U);
}

}  // namespace
}  // namespace sambung::serving::outbox_test
