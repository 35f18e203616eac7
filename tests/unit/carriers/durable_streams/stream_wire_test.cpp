#include "carriers/durable_streams/stream_wire.hpp"

#include "carriers/durable_streams/stream_request.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <limits>

namespace sambung::stream_wire_test {
namespace {

using namespace durable_streams;

constexpr char const* stream_id = "0192e4a0-7b2c-7def-8123-456789abcdef";

stream_position at(std::int64_t next, bool is_at_tail = false, bool is_closed = false) {
  stream_position where;
  where.next = next;
  where.is_at_tail = is_at_tail;
  where.is_closed = is_closed;
  return where;
}

timestamp seconds_after_epoch(std::int64_t seconds) {
  return timestamp(std::chrono::sys_days(std::chrono::year(2024) / 10 / 9)) + std::chrono::seconds(seconds);
}

std::string issues_of(std::string_view query) {
  auto const read = decode_request(query);
  if (read) return {};
  EXPECT_EQ(read.error().code, errc::invalid_argument);
  std::string all;
  for (auto const& one : read.error().issues) all += one.path + ' ';
  return all;
}

TEST(StreamOffset, OrdersAsNumbersDo) {
  EXPECT_EQ(encode_offset(0), "00000000000000000000");
  EXPECT_EQ(encode_offset(57), "00000000000000000057");
  std::int64_t before = 0;
  for (std::int64_t number = 1; number < std::numeric_limits<std::int64_t>::max() / 20; number *= 9) {
    EXPECT_LT(encode_offset(before), encode_offset(number));
    before = number;
  }
}

TEST(StreamOffset, ReadsWhatItGave) {
  for (std::int64_t const number : {std::int64_t(0), std::int64_t(1), std::int64_t(57), (std::int64_t(1) << 32) + 5})
    EXPECT_EQ(decode_offset(encode_offset(number)), number);
}

TEST(StreamOffset, RefusesWhatItNeverGave) {
  for (auto const* text :
       {"", "0", "57", "-0000000000000000057", "+0000000000000000057", "0000000000000000005", "000000000000000000057",
        "0000000000000000005x", "0x000000000000000057", " 0000000000000000057", "99999999999999999999",
        "09223372036854775807", "09223372036854775808", "-1", "now"})
    EXPECT_EQ(decode_offset(text), std::nullopt) << text;
  EXPECT_EQ(decode_offset(std::string_view("0000000000000000005\0", 20)), std::nullopt);
}

TEST(StreamCursor, CountsIntervalsOfTwentySeconds) {
  EXPECT_EQ(next_cursor(seconds_after_epoch(0), -1, 7), 0);
  EXPECT_EQ(next_cursor(seconds_after_epoch(19), -1, 7), 0);
  EXPECT_EQ(next_cursor(seconds_after_epoch(20), -1, 7), 1);
  EXPECT_EQ(next_cursor(seconds_after_epoch(1'000), 49, 7), 50);
}

TEST(StreamCursor, OfAReaderWhoIsThereAlreadyGoesOnAtMostAnHour) {
  auto const now = seconds_after_epoch(1'000);
  for (std::uint64_t const noise : {std::uint64_t(0), std::uint64_t(179), std::uint64_t(180), ~std::uint64_t(0)})
    for (std::int64_t const theirs : {50, 51, 5'000}) {
      auto const next = next_cursor(now, theirs, noise);
      EXPECT_GT(next, theirs);
      EXPECT_LE(next, theirs + 180);
    }
  EXPECT_NE(next_cursor(now, 50, 1), next_cursor(now, 50, 2));
}

TEST(StreamCursor, OfAClockBeforeTheEpochIsTheFirst) { EXPECT_EQ(next_cursor(seconds_after_epoch(-500), -1, 0), 0); }

TEST(StreamHeaders, SayWhereTheReaderIsInEachState) {
  std::string const next = "Stream-Next-Offset: 00000000000000000007\r\n";
  EXPECT_EQ(position_headers(at(7), std::nullopt), next);
  EXPECT_EQ(position_headers(at(7), 3), next + "Stream-Cursor: 3\r\n");
  EXPECT_EQ(position_headers(at(7, true), std::nullopt), next + "Stream-Up-To-Date: true\r\n");
  EXPECT_EQ(position_headers(at(7, true), 3), next + "Stream-Up-To-Date: true\r\nStream-Cursor: 3\r\n");
  EXPECT_EQ(position_headers(at(7, true, true), 3), next + "Stream-Up-To-Date: true\r\nStream-Closed: true\r\n");
  EXPECT_EQ(position_headers(at(7, false, true), std::nullopt), next + "Stream-Closed: true\r\n");
}

TEST(StreamTag, ChangesWithWhatIsReadAndOnClosing) {
  auto const id = *parse_uuid(stream_id);
  auto const open = etag_of(id, 3, at(7, true));
  EXPECT_EQ(open, '"' + std::string(stream_id) + ":3:7\"");
  EXPECT_EQ(etag_of(id, 3, at(7, true, true)), '"' + std::string(stream_id) + ":3:7:c\"");
  EXPECT_NE(etag_of(id, 2, at(7, true)), open);
  EXPECT_NE(etag_of(id, 3, at(8, true)), open);
}

TEST(StreamEvents, AreADataEventAndTheControlEventOfItsEnd) {
  std::string out;
  append_data(out, R"([{"type":"text"}])");
  append_control(out, at(7), 3);
  EXPECT_EQ(out,
            "event: data\ndata:[{\"type\":\"text\"}]\n\n"
            "event: control\ndata:{\"streamNextOffset\":\"00000000000000000007\",\"streamCursor\":\"3\"}\n\n");
}

TEST(StreamEvents, SayWhenTheReaderIsUpToDateAndWhenTheStreamIsClosed) {
  auto const control = [](stream_position const& where) {
    std::string out;
    append_control(out, where, 3);
    return boost::json::parse(out.substr(out.find('{'))).as_object();
  };
  auto const current = control(at(7, true));
  EXPECT_TRUE(current.at("upToDate").as_bool());
  EXPECT_EQ(current.at("streamCursor"), "3");
  EXPECT_FALSE(current.contains("streamClosed"));
  auto const closed = control(at(7, true, true));
  EXPECT_TRUE(closed.at("streamClosed").as_bool());
  EXPECT_FALSE(closed.contains("streamCursor"));
}

TEST(StreamRequest, BeginsAtTheBeginningUnlessItSaysOtherwise) {
  for (auto const* query : {"", "offset=-1", "x=1&y", "offset=%2D1"}) {
    auto const read = decode_request(query);
    ASSERT_TRUE(read) << query;
    EXPECT_EQ(read->after, 0);
    EXPECT_FALSE(read->from_tail);
    EXPECT_EQ(read->live, live_mode::none);
    EXPECT_EQ(read->cursor, -1);
  }
}

TEST(StreamRequest, SaysFromWhereAndHow) {
  auto const poll = decode_request("cursor=12&live=long-poll&offset=00000000000000000057").value();
  EXPECT_EQ(poll.after, 57);
  EXPECT_EQ(poll.live, live_mode::long_poll);
  EXPECT_EQ(poll.cursor, 12);
  auto const events = decode_request("offset=now&live=sse").value();
  EXPECT_TRUE(events.from_tail);
  EXPECT_EQ(events.live, live_mode::sse);
}

TEST(StreamRequest, RefusesAPositionThatNoStreamGave) {
  for (auto const* query :
       {"offset=", "offset", "offset=0,1", "offset=0%201", "offset=57", "offset=NOW", "offset=-2", "offset=%",
        "offset=%zz", "offset=../x", "offset=0000000000000000005%00", "offset=-1&offset=-1", "offset=now&offset=-1"})
    EXPECT_EQ(issues_of(query), "offset ") << query;
}

TEST(StreamRequest, RefusesAnotherWayToWait) {
  for (auto const* query :
       {"offset=-1&live=", "offset=-1&live=true", "offset=-1&live=SSE", "offset=-1&live=sse&live=sse"})
    EXPECT_EQ(issues_of(query), "live ") << query;
}

TEST(StreamRequest, WaitsOnlyFromAPositionThatItNames) {
  EXPECT_EQ(issues_of("live=sse"), "offset ");
  EXPECT_EQ(issues_of("live=long-poll&cursor=1"), "offset ");
}

TEST(StreamRequest, NamesAllItsFaultsAtOnce) { EXPECT_EQ(issues_of("offset=x&live=y"), "offset live "); }

TEST(StreamRequest, PassesOverACursorThatIsNoneOfOurs) {
  for (auto const* cursor : {"", "x", "-5", "1.5", "9223372036854775807", "99999999999999999999", "%zz"})
    EXPECT_EQ(decode_request("offset=-1&live=sse&cursor=" + std::string(cursor)).value().cursor, -1) << cursor;
}

}  // namespace
}  // namespace sambung::stream_wire_test
