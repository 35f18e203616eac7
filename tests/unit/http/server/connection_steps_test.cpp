#include "http/server/connection_steps.hpp"

#include <gtest/gtest.h>

namespace sambung::serving::connection_steps_test {
namespace {

using namespace std::chrono_literals;
using step = connection_steps::step;
using server = connection_steps::server;

// A connection whose client and whose clock the test is.
class ConnectionSteps : public ::testing::Test {
 protected:
  ConnectionSteps() {
    limits.header_time = 10s;
    limits.body_time = 30s;
    limits.idle_time = 60s;
    limits.write_stall = 20s;
    limits.max_body_bytes = 100;
    steps.opened(now);
  }

  step begin() { return steps.begin_request(now); }
  step receive(std::string_view bytes) {
    return steps.received(boost::asio::buffer_copy(steps.reader().space(), boost::asio::buffer(bytes)), now);
  }
  // Answers an admitted request.
  step answer(server state = server::serving) {
    EXPECT_EQ(steps.answered(state), step::respond);
    steps.writing(now);
    return steps.responded(state, now);
  }
  // Whether it is late after `time` and not before.
  bool late_after(std::chrono::milliseconds time) const {
    return !steps.late(now + time) && steps.late(now + time + 1ms);
  }
  bool never_late() const { return !steps.late(now + 24h * 365); }

  http_limits limits;
  connection_steps::time_point now{1'000s};
  body_budget together{1'000};
  connection_steps steps{limits, together};
};

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n";
constexpr std::string_view chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST_F(ConnectionSteps, AnswerOneRequestAfterTheOther) {
  EXPECT_EQ(begin(), step::read);
  EXPECT_EQ(receive(get), step::admit);
  EXPECT_EQ(steps.admitted(now), step::answer);
  EXPECT_EQ(answer(), step::next_request);
  EXPECT_EQ(begin(), step::read);
  EXPECT_EQ(receive(get), step::admit);
}

TEST_F(ConnectionSteps, ReadNothingForARequestThatIsThere) {
  begin();
  EXPECT_EQ(receive(std::string(post) + "bodyGET /next HTTP/1.1\r\nHost: x\r\n\r\n"), step::admit);
  EXPECT_EQ(steps.admitted(now), step::answer);
  EXPECT_EQ(steps.reader().body(), "body");
  EXPECT_EQ(answer(), step::next_request);

  EXPECT_EQ(begin(), step::admit);

  EXPECT_EQ(steps.reader().head().target, "/next");
}

TEST_F(ConnectionSteps, AnswerInOneWayWhereverTheBytesAreSplit) {
  auto const text = std::string(post) + "body";
  for (std::size_t split = 1; split < text.size(); ++split) {
    begin();
    auto next = receive(std::string_view(text).substr(0, split));
    if (next == step::read) next = receive(std::string_view(text).substr(split));
    ASSERT_EQ(next, step::admit);
    next = steps.admitted(now);
    if (next == step::read) next = receive(std::string_view(text).substr(split));
    ASSERT_EQ(next, step::answer) << split;
    ASSERT_EQ(steps.reader().body(), "body");
    ASSERT_EQ(answer(), step::next_request);
  }
}

TEST_F(ConnectionSteps, GiveTheFirstRequestTheTimeOfAHeader) {
  EXPECT_TRUE(late_after(10s));
  EXPECT_TRUE(steps.idle());
  EXPECT_FALSE(steps.half_read());
}

TEST_F(ConnectionSteps, GiveAHeadThatDripsNoMoreTime) {
  begin();
  EXPECT_EQ(receive("GET"), step::read);
  auto const first = now;
  now += 9s;
  EXPECT_EQ(receive(" /"), step::read);

  EXPECT_TRUE(steps.late(first + 10s + 1ms));
  EXPECT_TRUE(steps.half_read());
  EXPECT_EQ(steps.begun(), first);
}

TEST_F(ConnectionSteps, GiveTheNextHeadItsTimeFromItsFirstByte) {
  begin();
  receive(get);
  steps.admitted(now);
  answer();
  EXPECT_TRUE(late_after(60s));
  EXPECT_TRUE(steps.idle());
  begin();
  now += 59s;

  receive("G");

  EXPECT_TRUE(late_after(10s));
  EXPECT_FALSE(steps.idle());
  EXPECT_TRUE(steps.half_read());
  EXPECT_EQ(steps.begun(), now);
}

TEST_F(ConnectionSteps, GiveABodyItsOwnTime) {
  begin();
  receive(post);
  EXPECT_TRUE(never_late());
  EXPECT_EQ(steps.admitted(now), step::read);
  auto const first = now;
  EXPECT_TRUE(late_after(30s));
  now += 29s;

  EXPECT_EQ(receive("bod"), step::read);

  EXPECT_TRUE(steps.late(first + 30s + 1ms));
  EXPECT_TRUE(steps.half_read());
  EXPECT_EQ(receive("y"), step::answer);
  EXPECT_TRUE(never_late());
  EXPECT_TRUE(steps.answering());
  EXPECT_FALSE(steps.half_read());
}

TEST_F(ConnectionSteps, GiveASlowReaderTimeForEachWrite) {
  begin();
  receive(get);
  steps.admitted(now);
  steps.answered(server::serving);

  steps.writing(now);
  EXPECT_TRUE(late_after(20s));
  EXPECT_FALSE(steps.answering());
  now += 19s;
  steps.writing(now);
  EXPECT_TRUE(late_after(20s));
  steps.waiting();
  EXPECT_TRUE(never_late());
  EXPECT_TRUE(steps.answering());
}

TEST_F(ConnectionSteps, GiveAStreamThatIsCutOffAShortTimeInTheStepItIsIn) {
  begin();
  receive(get);
  steps.admitted(now);
  steps.answered(server::serving);
  steps.waiting();

  steps.finish_within(1s, now);

  EXPECT_TRUE(late_after(1s));
  EXPECT_TRUE(steps.answering());
  steps.lingering(2s, now);
  EXPECT_TRUE(late_after(2s));
  steps.dropped();
  EXPECT_TRUE(never_late());
}

TEST_F(ConnectionSteps, SayContinueOnlyWhenTheBodyIsWanted) {
  std::string_view const expecting = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
  begin();
  EXPECT_EQ(receive(expecting), step::admit);
  EXPECT_EQ(steps.admitted(now), step::send_continue);
  EXPECT_EQ(steps.continue_sent(), step::read);
  EXPECT_EQ(receive("body"), step::answer);
  EXPECT_EQ(answer(), step::next_request);
  begin();

  EXPECT_EQ(receive(std::string(expecting) + "body"), step::admit);

  EXPECT_EQ(steps.admitted(now), step::answer);
}

TEST_F(ConnectionSteps, CloseAfterAnEarlyRefusalOfABodyThatIsStillComing) {
  begin();
  receive(post);

  EXPECT_EQ(steps.turned_away(server::serving), step::respond);

  EXPECT_FALSE(steps.keep_alive());
  EXPECT_TRUE(steps.unread());
  EXPECT_EQ(steps.responded(server::serving, now), step::close);
}

TEST_F(ConnectionSteps, GoOnAfterAnEarlyRefusalOfABodyThatIsThere) {
  begin();
  receive(std::string(post) + "body");

  EXPECT_EQ(steps.turned_away(server::serving), step::respond);

  EXPECT_TRUE(steps.keep_alive());
  EXPECT_FALSE(steps.unread());
  EXPECT_EQ(steps.responded(server::serving, now), step::next_request);
}

TEST_F(ConnectionSteps, RefuseAHeadThatIsNoneAndClose) {
  begin();
  EXPECT_EQ(receive("no request\r\n\r\n"), step::refuse);
  EXPECT_FALSE(steps.has_head());
  EXPECT_EQ(steps.reader().fault().status, 400);

  EXPECT_EQ(answer(), step::close);

  EXPECT_TRUE(steps.unread());
}

TEST_F(ConnectionSteps, RefuseAChunkedBodyThatIsNoneOrTooLarge) {
  begin();
  receive(chunked);
  EXPECT_EQ(steps.admitted(now), step::read);
  EXPECT_EQ(receive("65\r\n"), step::refuse);
  EXPECT_TRUE(steps.has_head());
  EXPECT_EQ(steps.reader().fault().status, 413);

  EXPECT_EQ(answer(), step::close);

  EXPECT_TRUE(steps.unread());
}

TEST_F(ConnectionSteps, CloseWhenTheClientEndsBetweenRequests) {
  EXPECT_EQ(begin(), step::read);
  EXPECT_EQ(steps.ended(), step::close);
  EXPECT_FALSE(steps.unread());
}

TEST_F(ConnectionSteps, AnswerAClientThatHasEndedItsOwnSide) {
  begin();
  receive(get);
  steps.admitted(now);
  EXPECT_EQ(answer(), step::next_request);

  EXPECT_EQ(begin(), step::read);
  EXPECT_EQ(steps.ended(), step::close);
}

TEST_F(ConnectionSteps, CloseWithinAHeadAndDropWithinABody) {
  begin();
  receive("GET / HT");
  EXPECT_EQ(steps.ended(), step::close);
  receive("TP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nb");
  EXPECT_EQ(steps.admitted(now), step::read);

  EXPECT_EQ(steps.ended(), step::drop);
}

TEST_F(ConnectionSteps, CloseAfterTheAnswerWhenTheClientOrItsProtocolWantsThat) {
  begin();
  receive("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  steps.admitted(now);
  EXPECT_EQ(answer(), step::close);
  EXPECT_FALSE(steps.unread());

  begin();
  receive("GET / HTTP/1.0\r\nHost: x\r\n\r\n");
  steps.admitted(now);
  EXPECT_EQ(answer(), step::close);
}

TEST_F(ConnectionSteps, CloseAfterAStreamWhoseEndIsTheEndOfTheConnection) {
  begin();
  receive(get);
  steps.admitted(now);
  steps.answered(server::serving);

  steps.close_after();

  EXPECT_EQ(steps.responded(server::serving, now), step::close);
}

TEST_F(ConnectionSteps, CloseWhenTheServerIsDraining) {
  begin();
  receive(get);
  steps.admitted(now);
  EXPECT_EQ(steps.answered(server::serving), step::respond);
  EXPECT_TRUE(steps.keep_alive());

  EXPECT_EQ(steps.responded(server::draining, now), step::close);

  begin();
  receive(get);
  steps.admitted(now);
  steps.answered(server::draining);
  EXPECT_FALSE(steps.keep_alive());
}

}  // namespace
}  // namespace sambung::serving::connection_steps_test
