#include <sambung/server/log_observer.hpp>

#include "support/narrow_pipe.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <future>

namespace sambung::log_observer_test {
namespace {

// The lines that `tell` makes an observer write.
template <class F>
std::vector<boost::json::object> lines_of(F&& tell) {
  tests::narrow_pipe pipe;
  auto read = std::async(std::launch::async, [&pipe] {
    std::string all;
    for (auto more = pipe.read(); !more.empty(); more = pipe.read()) all += more;
    return all;
  });
  {
    log_writer log(pipe.writer());
    log_observer told(log);
    tell(told);
  }
  pipe.close_writer();
  auto const seen = read.get();
  std::vector<boost::json::object> lines;
  for (std::size_t begin = 0, end; (end = seen.find('\n', begin)) != seen.npos; begin = end + 1)
    lines.push_back(boost::json::parse(seen.substr(begin, end - begin)).as_object());
  return lines;
}

std::string message_in(boost::json::object const& line) { return std::string(line.at("message").as_string()); }

failure with_more(errc code, std::string message, std::string sensitive) {
  failure why(code, std::move(message));
  why.sensitive = std::move(sensitive);
  return why;
}

TEST(LogObserver, NamesWhatFailedWithItsRequest) {
  auto const lines = lines_of([](observer& told) {
    failed_part what(engine_part::procedure, "note.get", with_more(errc::internal, "internal error", "int\nsecond"));
    what.request_id = "req-1";
    told.failed(what);
  });

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("event"), "procedure_failed");
  EXPECT_EQ(lines[0].at("requestId"), "req-1");
  EXPECT_EQ(message_in(lines[0]), "note.get: internal: internal error (int)");
}

TEST(LogObserver, LeavesOutWhatAVendorSaid) {
  auto const lines = lines_of([](observer& told) {
    auto refused = with_more(errc::invalid_argument, "the vendor refused it", "canary");
    refused.status = 400;
    told.failed(failed_part(engine_part::provider, "openai/gpt", refused));
    told.failed(failed_part(engine_part::provider, "openai/gpt", with_more(errc::provider_error, "garbage", "canary")));
  });

  ASSERT_EQ(lines.size(), 2U);
  for (auto const& line : lines) EXPECT_EQ(message_in(line).find("canary"), std::string::npos);
}

TEST(LogObserver, SaysNothingOfAnAnswerThatEndedWell) {
  auto const lines = lines_of([](observer& told) {
    ended_turn turn;
    turn.model = "demo/echo";
    told.turn_ended(turn);
    turn.how.state = message_state::cancelled;
    told.turn_ended(turn);
    turn.how.state = message_state::failed;
    turn.how.reason = message_reason::unavailable;
    turn.why = failure(errc::unavailable, "broke off");
    told.turn_ended(turn);
  });

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("event"), "turn_ended");
  EXPECT_TRUE(message_in(lines[0]).starts_with("demo/echo: failed, unavailable, unavailable: broke off"))
      << message_in(lines[0]);
}

TEST(LogObserver, HasALineForEachOtherThing) {
  auto const lines = lines_of([](observer& told) {
    told.storage_away(storage_side::writes, failure(errc::unavailable, "the disk is full"));
    told.storage_back(storage_side::writes);
    told.damaged({std::nullopt, "chats", "1"});
    told.swept({2, 0, std::nullopt});
    told.refused(engine_queue::turns, failure(errc::unavailable, "too many turns are in flight"));
    slow_query slow;
    slow.operation = "read";
    slow.table = "chats";
    told.slow(slow);
  });

  std::vector<std::string> events;
  for (auto const& line : lines) events.emplace_back(line.at("event").as_string());
  EXPECT_EQ(events, (std::vector<std::string>{"storage_away", "storage_back", "row_damaged", "turns_swept",
                                              "queue_full", "slow_query"}));
}

TEST(LogObserver, TellsALogOfTheApplicationsOwn) {
  std::vector<std::string> heard;
  log_observer told([&heard](std::string_view event, std::string_view message, std::string_view request_id) {
    heard.push_back(std::string(event) + '|' + std::string(message) + '|' + std::string(request_id));
  });
  failed_part what(engine_part::procedure, "note.get", failure(errc::internal, "internal error"));
  what.request_id = "req-1";

  told.failed(what);
  told.storage_back(storage_side::reads);

  EXPECT_EQ(heard, (std::vector<std::string>{"procedure_failed|note.get: internal: internal error|req-1",
                                             "storage_back|reads|"}));
  EXPECT_THROW(log_observer{log_observer::sink()}, error);
}

}  // namespace
}  // namespace sambung::log_observer_test
