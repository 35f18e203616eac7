#include "services/turns/event_pieces.hpp"

#include "services/turns/answer_replay.hpp"
#include "services/turns/turn_log.hpp"

#include <gtest/gtest.h>

namespace sambung::event_pieces_test {
namespace {

// Some megabytes of characters of one to four bytes.
std::string long_text(std::size_t characters) {
  std::string text;
  for (std::size_t i = 0; i < characters; ++i) text += std::array{"a", "\u00e9", "\u20ac", "\U0001F600"}[i % 4];
  return text;
}

std::size_t bytes_of(turn_event const& event) {
  if (auto const* text = std::get_if<text_delta>(&event)) return text->text.size();
  if (auto const* thought = std::get_if<reasoning_delta>(&event)) return thought->text.size();
  if (auto const* call = std::get_if<tool_call_delta>(&event)) return call->arguments.size();
  return 0;
}

// What a reader has who follows the deltas.
std::vector<part> followed(std::vector<turn_event> const& deltas) {
  part_builder parts;
  for (auto const& delta : deltas) add_delta(parts, delta);
  return parts.take();
}

std::vector<turn_event> pieces_of(std::vector<turn_event> deltas) {
  std::vector<turn_event> all;
  for (auto& delta : deltas)
    for (auto& piece : in_pieces(std::move(delta))) all.push_back(std::move(piece));
  return all;
}

boost::json::object signature() { return {{"signature", "s"}}; }

TEST(EventPieces, SayTheSameAsTheDeltaAndAreShort) {
  std::vector<turn_event> const deltas{reasoning_delta{long_text(50'000), signature()}, text_delta{long_text(100'000)},
                                       tool_call_delta{0, "c1", "look", long_text(40'000), signature()},
                                       text_delta{"short"}};

  auto const pieces = pieces_of(deltas);

  EXPECT_GT(pieces.size(), 20U);
  for (auto const& piece : pieces) {
    EXPECT_LE(bytes_of(piece), max_delta_bytes);
    auto copy = piece;
    EXPECT_EQ(in_pieces(std::move(copy)).size(), 1U);
  }
  EXPECT_EQ(to_json_text(followed(pieces)), to_json_text(followed(deltas)));
}

TEST(EventPieces, LeaveShortDeltasAndOtherEventsAlone) {
  for (turn_event const& event : std::vector<turn_event>{text_delta{""}, text_delta{"a"}, tool_result{"c", "n", "t"},
                                                         tool_call_delta{1, "c", "n", "{}"}}) {
    auto copy = event;
    auto const pieces = in_pieces(std::move(copy));
    ASSERT_EQ(pieces.size(), 1U);
    EXPECT_EQ(pieces[0].index(), event.index());
    EXPECT_EQ(to_json_text(pieces[0]), to_json_text(event));
  }
}

message answer_of(std::vector<part> parts) {
  message answer;
  answer.parts = std::move(parts);
  return answer;
}

std::vector<turn_event> replayed(message const& answer) {
  answer_replay replay(std::make_shared<message const>(answer));
  std::vector<turn_event> events;
  while (!replay.ended()) events.push_back(replay.next());
  return events;
}

// What a client has in the end: it takes a snapshot for all that was before.
std::vector<part> read_by_client(std::vector<turn_event> const& events) {
  auto parts = std::get<turn_snapshot>(events.front()).parts;
  part_builder more;
  for (auto event = events.begin() + 1; event != events.end(); ++event) add_delta(more, *event);
  for (auto& next : more.take()) {
    auto* text = std::get_if<text_part>(&next);
    auto* before = parts.empty() ? nullptr : std::get_if<text_part>(&parts.back());
    if (text && before) before->text += text->text;
    else parts.push_back(std::move(next));
  }
  return parts;
}

TEST(AnswerReplay, OfAShortAnswerIsASnapshot) {
  auto const answer = answer_of({reasoning_part{"hm", {}}, text_part{"yes", {}}, error_part{"internal", "no", {}}});

  auto const events = replayed(answer);

  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(to_json_text(std::get<turn_snapshot>(events[0]).parts), to_json_text(answer.parts));
}

TEST(AnswerReplay, OfALongAnswerGoesOnInPieces) {
  auto const answer = answer_of(
      {tool_call_part{"c0", "look", "{}", {}}, tool_result_part{"c0", "seen", {}}, text_part{long_text(500'000), {}},
       tool_call_part{"c1", "count", long_text(30'000), {}}, tool_result_part{"c1", "3", {}}, text_part{"done", {}}});

  auto const events = replayed(answer);

  auto const& begin = std::get<turn_snapshot>(events.front());
  EXPECT_LE(content_bytes(begin.parts), max_snapshot_bytes);
  EXPECT_GT(events.size(), 50U);
  for (auto const& event : events) EXPECT_LE(bytes_of(event), max_delta_bytes);
  EXPECT_EQ(text_of(read_by_client(events)), text_of(answer.parts));
  bool result = false;
  for (auto const& event : events) {
    if (auto const* call = std::get_if<tool_call_delta>(&event)) {
      EXPECT_EQ(call->index, 1);
    }
    if (auto const* done = std::get_if<tool_result>(&event)) {
      EXPECT_EQ(done->name, "count");
      result = true;
    }
  }
  EXPECT_TRUE(result);
}

}  // namespace
}  // namespace sambung::event_pieces_test
