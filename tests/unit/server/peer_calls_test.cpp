#include "server/peer_calls.hpp"

#include "server/socket_clock.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sambung::serving::peer_calls_test {
namespace {

using entry = peer_calls::entry;
using namespace std::chrono_literals;

// What stands in the frames of what is written, of those that are short.
std::vector<std::string> taken(peer_calls& calls, std::size_t most = 10'000) {
  std::string bytes;
  calls.take(bytes, most);
  std::vector<std::string> frames;
  for (std::size_t at = 0; at < bytes.size();) {
    EXPECT_EQ(bytes[at], '\x81');
    auto const size = static_cast<std::size_t>(bytes[at + 1]);
    frames.push_back(bytes.substr(at + 2, size));
    at += 2 + size;
  }
  return frames;
}
using frames = std::vector<std::string>;

TEST(PeerCalls, HaveOneOfEachIdAndSoMany) {
  peer_calls calls(2, 1'000);

  EXPECT_EQ(calls.begin("a"), entry::begun);
  EXPECT_EQ(calls.begin("a"), entry::open);
  EXPECT_EQ(calls.begin("b"), entry::begun);
  EXPECT_EQ(calls.begin("c"), entry::too_many);
  calls.answer("c", "no}");
  calls.answer("a", "yes}");
  EXPECT_EQ(calls.begin("c"), entry::begun);
  EXPECT_EQ(taken(calls), (frames{R"({"i":"c",no})", R"({"i":"a",yes})"}));
  EXPECT_TRUE(calls.empty());
}

TEST(PeerCalls, AnswerARefusedIdOnceAlsoWhenItComesAgainMeanwhile) {
  peer_calls calls(1, 1'000);
  calls.begin("a");
  EXPECT_EQ(calls.begin("x"), entry::too_many);
  calls.abort("a");

  EXPECT_EQ(calls.begin("x"), entry::open);
  EXPECT_EQ(calls.begin("b"), entry::begun);
  calls.answer("x", "no}");
  calls.abort("b");
  EXPECT_EQ(calls.begin("x"), entry::begun);
  calls.answer("x", "yes}");

  EXPECT_EQ(taken(calls), (frames{R"({"i":"x",no})", R"({"i":"x",yes})"}));
}

TEST(PeerCalls, ForgetARefusedIdThatIsAborted) {
  peer_calls calls(1, 1'000);
  calls.begin("a");
  calls.begin("x");
  calls.abort("x");
  calls.abort("a");

  EXPECT_EQ(calls.begin("x"), entry::begun);
}

TEST(PeerCalls, WriteAnswersBeforeEvents) {
  peer_calls calls(9, 1'000);
  calls.begin("s");
  calls.begin("q");
  calls.begin_stream("s", "begins}");
  calls.add("s", "1}");
  calls.answer("q", "answer}");

  EXPECT_EQ(taken(calls), (frames{R"({"i":"s",begins})", R"({"i":"q",answer})", R"({"i":"s",1})"}));
}

TEST(PeerCalls, LetStreamsTakeTurns) {
  peer_calls calls(9, 1'000);
  for (auto const* id : {"a", "b", "c"}) {
    calls.begin(id);
    calls.add(id, "1}");
  }

  EXPECT_EQ(taken(calls, 1), (frames{R"({"i":"a",1})"}));
  calls.add("a", "2}");
  EXPECT_EQ(taken(calls, 1), (frames{R"({"i":"b",1})"}));
  EXPECT_EQ(taken(calls, 1), (frames{R"({"i":"c",1})"}));
  EXPECT_EQ(taken(calls, 1), (frames{R"({"i":"a",2})"}));
  EXPECT_TRUE(calls.empty());
}

TEST(PeerCalls, EndWithTheirLastEvent) {
  peer_calls calls(9, 1'000);
  calls.begin("s");
  calls.add("s", "1}");
  calls.end("s", "done}");
  calls.add("s", "2}");

  EXPECT_TRUE(calls.is_open("s"));
  EXPECT_EQ(taken(calls), (frames{R"({"i":"s",1})", R"({"i":"s",done})"}));
  EXPECT_FALSE(calls.is_open("s"));
}

TEST(PeerCalls, SayNothingMoreOfWhatIsAborted) {
  peer_calls calls(9, 1'000);
  calls.begin("s");
  calls.add("s", "1}");
  calls.abort("s");
  calls.add("s", "2}");
  calls.end("s", "done}");

  EXPECT_TRUE(calls.empty());
  EXPECT_EQ(taken(calls), frames{});
  EXPECT_EQ(calls.open(), 0U);
}

TEST(PeerCalls, DropWhatWasNotTakenForLastWords) {
  peer_calls calls(9, 1'000);
  calls.begin("s");
  calls.begin_stream("s", "begins}");
  calls.add("s", "1}");
  calls.cut("s", "error}");

  EXPECT_EQ(taken(calls), (frames{R"({"i":"s",begins})", R"({"i":"s",error})"}));
  EXPECT_EQ(calls.open(), 0U);
}

TEST(PeerCalls, AskNoStreamForMoreThanItsClientTakes) {
  peer_calls calls(9, 100);
  calls.begin("a");
  calls.begin("b");
  calls.add("a", std::string(100, 'x'));

  EXPECT_TRUE(calls.full("a"));
  EXPECT_FALSE(calls.full("b"));  // one event each, whatever the others hold
  calls.add("b", "1}");
  EXPECT_TRUE(calls.full("b"));
  std::string out;
  calls.take(out, 1'000);
  EXPECT_FALSE(calls.full("a"));
  EXPECT_FALSE(calls.full("b"));
}

TEST(PeerCalls, AreCrowdedByAnswersThatNobodyTakes) {
  peer_calls calls(9, 200);
  for (int i = 0; i < 9; ++i) calls.answer("x", "}");
  EXPECT_FALSE(calls.crowded());
  calls.answer("x", std::string(100, 'x'));
  EXPECT_TRUE(calls.crowded());
  std::string out;
  calls.take(out, 10'000);
  EXPECT_FALSE(calls.crowded());
  for (int i = 0; i < 10; ++i) calls.answer("x", "}");
  EXPECT_TRUE(calls.crowded());
}

TEST(SocketFrames, SayTheirSizeInTheShortestWay) {
  for (std::size_t const size : {0U, 125U, 126U, 65'535U, 65'536U}) {
    std::string out;
    append_text_frame(out, std::string(size / 2, 'a'), std::string(size - size / 2, 'b'));
    EXPECT_EQ(out.size(), size + (size < 126 ? 2 : size < 65'536 ? 4 : 10));
  }
  EXPECT_EQ(close_frame(1'008, "why"), std::string("\x88\x05\x03\xF0why"));
}

// A socket whose clock the test is.
class SocketClock : public ::testing::Test {
 protected:
  using event = socket_clock::event;
  socket_clock::time_point start{1'000s};
  socket_clock clock{socket_times(), start};

  event at(std::chrono::seconds after) {
    EXPECT_TRUE(clock.due(start + after));
    return clock.next(start + after);
  }
};

TEST_F(SocketClock, ClosesWhomNobodyKnows) {
  EXPECT_FALSE(clock.due(start + 9s));
  EXPECT_EQ(at(10s), event::nobody);
  EXPECT_EQ(clock.next(start + 11s), event::none);
}

TEST_F(SocketClock, PingsInSilenceAndDropsWithoutAByte) {
  clock.known();
  EXPECT_EQ(at(10s), event::none);
  EXPECT_EQ(at(25s), event::ping);
  EXPECT_FALSE(clock.due(start + 49s));
  EXPECT_EQ(at(50s), event::ping);
  EXPECT_EQ(at(60s), event::drop);
}

TEST_F(SocketClock, PingsAlsoWhereOnlyOneSideIsSilent) {
  clock.known();
  clock.heard(start + 24s);
  EXPECT_EQ(at(25s), event::ping);
  clock.heard(start + 26s);
  clock.wrote(start + 26s);
  EXPECT_EQ(at(50s), event::none);
  EXPECT_EQ(at(51s), event::ping);
}

TEST_F(SocketClock, DropsWhoDoesNotRead) {
  clock.known();
  clock.writing(start);
  clock.heard(start + 29s);
  EXPECT_EQ(clock.next(start + 29s), event::ping);
  EXPECT_EQ(at(30s), event::drop);
}

TEST_F(SocketClock, HearsNobodyWhoIsNotReadFrom) {
  clock.known();
  clock.pausing();
  clock.wrote(start + 59s);
  EXPECT_NE(at(70s), event::drop);
  clock.reading(start + 70s);
  EXPECT_NE(clock.next(start + 129s), event::drop);
  EXPECT_EQ(at(130s), event::drop);
}

TEST_F(SocketClock, DropsWhoDoesNotEndAMessage) {
  clock.known();
  clock.receiving(start);
  clock.heard(start + 29s);
  clock.wrote(start + 29s);
  EXPECT_NE(clock.next(start + 29s), event::drop);
  EXPECT_EQ(at(30s), event::drop);
  clock.received();
  EXPECT_NE(clock.next(start + 30s), event::drop);
}

TEST_F(SocketClock, EndsInTheTimeThatIsLeft) {
  clock.retire_at(start + 3s);
  EXPECT_EQ(at(3s), event::retire);
  clock.closing(start + 5s);
  EXPECT_FALSE(clock.due(start + 4s));
  EXPECT_EQ(at(5s), event::drop);
}

}  // namespace
}  // namespace sambung::serving::peer_calls_test
