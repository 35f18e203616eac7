#include "server/message_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sambung::serving::message_reader_test {
namespace {

using step = message_reader::step;

constexpr std::string_view mask("\x11\x80\xFF\x2A", 4);

// A client's frame; `first`: its flags and opcode. `size_bytes`: of its size, if not as few as will do.
std::string frame(unsigned char first, std::string_view payload, std::size_t size_bytes = 0) {
  auto const size = payload.size();
  if (size_bytes == 0) size_bytes = size < 126 ? 1 : size < 65'536 ? 2 : 8;
  std::string out(1, static_cast<char>(first));
  out += static_cast<char>(0x80 | (size_bytes == 1 ? size : size_bytes == 2 ? 126 : 127));
  if (size_bytes > 1)
    for (std::size_t i = size_bytes; i-- > 0;) out += static_cast<char>(static_cast<std::uint64_t>(size) >> (8 * i));
  out += mask;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(payload[i] ^ mask[i % 4]);
  return out;
}

// What came, in words: "text:hello", "ping:x", "close:1000", "refused:1002".
std::vector<std::string> shown(message_reader& reader, std::string bytes, std::size_t at_once) {
  std::vector<std::string> all;
  std::string message;
  for (std::size_t at = 0; at < bytes.size(); at += at_once) {
    std::span<char> rest(bytes.data() + at, std::min(at_once, bytes.size() - at));
    for (auto next = reader.next(rest); next != step::read; next = reader.next(rest)) {
      if (next == step::ping) all.push_back("ping:" + std::string(reader.piece()));
      if (next == step::pong) all.push_back("pong:" + std::string(reader.piece()));
      if (next == step::close) all.push_back("close:" + std::to_string(reader.code()));
      if (next == step::refused) all.push_back("refused:" + std::to_string(reader.code()));
      if (next == step::close || next == step::refused) return all;
      if (next != step::piece) continue;
      message += reader.piece();
      if (!reader.last()) continue;
      all.push_back((reader.binary() ? "binary:" : "text:") + message);
      message.clear();
    }
  }
  return all;
}

std::vector<std::string> shown(std::string const& bytes, std::size_t at_once = 1'000'000) {
  message_reader reader(100'000);
  return shown(reader, bytes, at_once);
}

using lines = std::vector<std::string>;

TEST(MessageReader, ReadsMessagesAtEverySplit) {
  auto const long_text = std::string(200, 'l');
  auto const bytes = frame(0x81, "hello") + frame(0x82, std::string_view("\xFF\0", 2)) + frame(0x81, "") +
                     frame(0x01, "be") + frame(0x89, "still there?") + frame(0x00, "gi") + frame(0x8A, "") +
                     frame(0x80, "n") + frame(0x81, long_text) + frame(0x81, "\u20AC \U0001F600") +
                     frame(0x88,
                           "\x03\xE8"
                           "bye");
  lines const expected{
      "text:hello",        std::string("binary:\xFF\0", 9), "text:",     "ping:still there?", "pong:", "text:begin",
      "text:" + long_text, "text:\u20AC \U0001F600",        "close:1000"};

  for (std::size_t at_once = 1; at_once <= bytes.size(); ++at_once)
    EXPECT_EQ(shown(bytes, at_once), expected) << at_once;
}

TEST(MessageReader, ReadsLongMessages) {
  message_reader reader(100'000);
  auto const text = std::string(70'000, 't');

  EXPECT_EQ(shown(reader, frame(0x81, text) + frame(0x81, "next"), 16'384), (lines{"text:" + text, "text:next"}));
}

TEST(MessageReader, RefusesFramesThatAreNone) {
  std::string unmasked("\x81\x02{}", 4);
  std::string endless("\x81\xFF\x80\0\0\0\0\0\0\0", 10);
  for (auto const& bytes :
       {unmasked, endless + std::string(mask), frame(0xC1, "x"), frame(0x91, "x"), frame(0x83, "x"), frame(0x8B, "x"),
        frame(0x80, "x"), frame(0x01, "x") + frame(0x81, "x"), frame(0x09, "x"), frame(0x89, std::string(126, 'x')),
        frame(0x81, "x", 2), frame(0x81, "x", 8), frame(0x88, "x"), frame(0x88, "\x03\xED"), frame(0x88, "\x03\xE7"),
        frame(0x88, "\x13\x88")})
    for (std::size_t const at_once : {1, 1'000}) EXPECT_EQ(shown(bytes, at_once), lines{"refused:1002"}) << bytes;
}

TEST(MessageReader, RefusesMessagesThatAreTooLong) {
  message_reader reader(10);
  EXPECT_EQ(shown(reader, frame(0x81, "0123456789") + frame(0x01, "01234567") + frame(0x80, "89a"), 7),
            (lines{"text:0123456789", "refused:1009"}));
}

TEST(MessageReader, RefusesTextThatIsNoUtf8) {
  for (auto const* text : {"\xFF", "\x80", "\xC3", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82",
                           "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3("})
    for (std::size_t const at_once : {1, 1'000}) {
      EXPECT_EQ(shown(frame(0x81, text), at_once), lines{"refused:1007"}) << text;
      EXPECT_EQ(shown(frame(0x88, "\x03\xE8" + std::string(text)), at_once), lines{"refused:1007"}) << text;
    }
  EXPECT_EQ(shown(frame(0x01, "\xC3") + frame(0x80, "\xA9")), lines{"text:\u00E9"});
}

TEST(MessageReader, TakesAGoodbyeWithoutACode) { EXPECT_EQ(shown(frame(0x88, "")), lines{"close:0"}); }

}  // namespace
}  // namespace sambung::serving::message_reader_test
