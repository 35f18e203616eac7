#include "provider/wires/sse.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sambung::sse_test {
namespace {

struct seen {
  std::string event;
  std::string data;
  std::string id;
  friend bool operator==(seen const&, seen const&) = default;
};

void PrintTo(seen const& s, std::ostream* out) { *out << '[' << s.event << '|' << s.data << '|' << s.id << ']'; }

constexpr std::size_t limit = 64;

struct outcome {
  std::vector<seen> events;
  bool overflowed;
  std::optional<std::uint64_t> retry;
  friend bool operator==(outcome const&, outcome const&) = default;
};

outcome decode(std::vector<std::string_view> const& pushes) {
  sse_decoder decoder(limit);
  outcome out{};
  for (auto const bytes : pushes) {
    // A copy of exact size, so that reading behind a push is seen by the address sanitizer.
    std::vector<char> const copy(bytes.begin(), bytes.end());
    decoder.push({copy.data(), copy.size()}, [&](sse_event const& e) {
      out.events.push_back({std::string(e.event), std::string(e.data), std::string(e.id)});
      return true;
    });
  }
  out.overflowed = decoder.overflowed();
  out.retry = decoder.retry_milliseconds();
  return out;
}

// The outcome for `text` in one piece, after checking that every split gives the same.
outcome decode_every_way(std::string_view text) {
  auto const whole = decode({text});
  for (std::size_t i = 0; i <= text.size(); ++i) EXPECT_EQ(decode({text.substr(0, i), text.substr(i)}), whole) << i;
  for (std::size_t i = 0; i <= text.size(); ++i)
    for (std::size_t j = i; j <= text.size() && j < i + 4; ++j)
      EXPECT_EQ(decode({text.substr(0, i), text.substr(i, j - i), text.substr(j)}), whole) << i << ' ' << j;
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
  EXPECT_EQ(decode(bytes), whole);
  return whole;
}

std::vector<seen> events(std::string_view text) { return decode_every_way(text).events; }
std::vector<seen> just(std::string data) { return {seen{"", std::move(data), ""}}; }

TEST(Sse, AnEventEndsAtABlankLineOfAnyKind) {
  EXPECT_EQ(events("data: a\n\n"), just("a"));
  EXPECT_EQ(events("data: a\r\n\r\n"), just("a"));
  EXPECT_EQ(events("data: a\r\r"), just("a"));
  EXPECT_EQ(events("data: a\r\n\n"), just("a"));
  EXPECT_EQ(events("data: a\n\r"), just("a"));
  EXPECT_EQ(events("data: a\n\r\n\ndata: b\r\r\n"), (std::vector<seen>{{"", "a", ""}, {"", "b", ""}}));
}

TEST(Sse, LinesOfDataAreJoined) { EXPECT_EQ(events("data: a\ndata:b\ndata\ndata:  c\n\n"), just("a\nb\n\n c")); }

TEST(Sse, AnEventWithoutDataIsNone) {
  EXPECT_TRUE(events("event: x\nid: 1\n\n").empty());
  EXPECT_EQ(events("event: x\n\ndata: a\n\n"), just("a"));
  EXPECT_EQ(events("data:\n\n"), just(""));
}

TEST(Sse, AnEventThatIsNotEndedIsDropped) {
  EXPECT_TRUE(events("data: a\n").empty());
  EXPECT_TRUE(events("data: a").empty());
}

TEST(Sse, FieldsAreKept) {
  auto const out = decode_every_way("id: 7\nevent: delta\nretry: 250\ndata: a\n\ndata: b\n\nid\ndata: c\n\n");

  EXPECT_EQ(out.events, (std::vector<seen>{{"delta", "a", "7"}, {"", "b", "7"}, {"", "c", ""}}));
  EXPECT_EQ(out.retry, 250u);
}

TEST(Sse, BadFieldsAreIgnored) {
  using namespace std::string_view_literals;
  auto const out = decode_every_way("id: a\0b\nretry: 1x\nunknown: 1\n data: no\nDATA: no\ndata: a\n\n"sv);

  EXPECT_EQ(out.events, just("a"));
  EXPECT_FALSE(out.retry);
}

TEST(Sse, CommentsAreSkipped) {
  EXPECT_EQ(events(": hello\n\n:\n:data: x\ndata: a\n: between\ndata: b\n\n"), just("a\nb"));
}

TEST(Sse, AByteOrderMarkIsSkippedAtTheStartOnly) {
  EXPECT_EQ(events("\xEF\xBB\xBF"
                   "data: a\n\n"),
            just("a"));
  EXPECT_TRUE(events("\xEF\xBB"
                     "data: a\n\n")
                  .empty());
  EXPECT_TRUE(events("\xEF\xBB\xBF\xEF\xBB\xBF"
                     "data: a\n\n")
                  .empty());
}

TEST(Sse, OtherSeparatorsAreNotLineEnds) {
  EXPECT_EQ(events("data: a\u2028b\u2029c\u0085d\x0B"
                   "e\n\n"),
            just("a\u2028b\u2029c\u0085d\x0B"
                 "e"));
}

TEST(Sse, ALineAtTheLimitIsTakenAndOnePastItIsNot) {
  std::string const at_limit = "data: " + std::string(limit - 6, 'x');

  EXPECT_EQ(events(at_limit + "\n\n"), just(std::string(limit - 6, 'x')));
  EXPECT_TRUE(decode_every_way(at_limit + "x\n\n").overflowed);
  EXPECT_TRUE(decode_every_way("data: a\n\n: " + std::string(limit, 'x')).overflowed);
}

TEST(Sse, TheDataOfOneEventIsBounded) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "data: 12345\n";

  EXPECT_TRUE(decode_every_way(text + "\n").overflowed);
}

TEST(Sse, AReaderThatHasEnoughGetsNoMore) {
  sse_decoder decoder(limit);
  int events = 0;
  decoder.push("data: a\n\ndata: b\n\n", [&](sse_event const&) { return ++events < 1; });

  EXPECT_EQ(events, 1);
}

}  // namespace
}  // namespace sambung::sse_test
