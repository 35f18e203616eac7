#include "http/server/request_reader.hpp"

#include <gtest/gtest.h>
#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <vector>

namespace sambung::serving::request_reader_test {
namespace {

using step = request_reader::step;

http_limits small() {
  http_limits limits;
  limits.max_header_bytes = 256;
  limits.max_header_fields = 4;
  limits.max_body_bytes = 64;
  limits.max_chunk_extension_bytes = 16;
  return limits;
}

body_budget together(1'000'000);

// As much of `bytes` as there is space for; takes it away.
void receive(request_reader& reader, std::string_view& bytes) {
  auto const count = boost::asio::buffer_copy(reader.space(), boost::asio::buffer(bytes));
  reader.received(count);
  bytes.remove_prefix(count);
}

// Asks for one request, and gives a piece whenever more is to be read; takes away what was given.
step read_next(request_reader& reader, std::vector<std::string_view>& pieces) {
  std::size_t next = 0;
  auto more = [&] {
    while (next < pieces.size() && pieces[next].empty()) ++next;
    if (next == pieces.size()) return false;
    receive(reader, pieces[next]);
    return true;
  };
  auto found = reader.find_head();
  while (found == step::read && more()) found = reader.find_head();
  if (found != step::done || reader.read_ahead()) return found;
  found = reader.find_body();
  while (found == step::read && more()) found = reader.find_body();
  return found;
}

step read_request(request_reader& reader, std::vector<std::string_view> pieces) { return read_next(reader, pieces); }

std::string shown(request_reader const& reader) {
  return std::string(reader.head().method) + ' ' + std::string(reader.head().target) + ' ' + std::string(reader.body());
}

constexpr std::string_view without_body = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view sized = "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
constexpr std::string_view chunked =
    "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;e=1\r\nhel\r\n2\r\nlo\r\n0\r\nT: 1\r\n\r\n";

TEST(RequestReader, ReadsTheSameWhereverTheBytesAreSplit) {
  auto const limits = small();
  std::vector<std::pair<std::string_view, std::string>> const requests{
      {without_body, "GET /a "}, {sized, "POST /b hello"}, {chunked, "POST /c hello"}};
  for (auto const& [text, expected] : requests)
    for (std::size_t first = 0; first <= text.size(); ++first)
      for (std::size_t second = first; second <= text.size(); ++second) {
        request_reader reader(limits, together);

        auto const found =
            read_request(reader, {text.substr(0, first), text.substr(first, second - first), text.substr(second)});

        ASSERT_EQ(found, step::done) << text << first << ' ' << second;
        ASSERT_EQ(shown(reader), expected) << first << ' ' << second;
        ASSERT_TRUE(reader.complete());
        reader.finish();
        ASSERT_TRUE(reader.empty()) << text << first << ' ' << second;
      }
}

TEST(RequestReader, KeepsWhatComesBehindARequestForTheNext) {
  auto const limits = small();
  for (auto const first : {without_body, sized, chunked})
    for (std::size_t split = 0; split <= first.size(); ++split) {
      request_reader reader(limits, together);
      auto const text = std::string(first) + std::string(sized) + std::string(without_body);
      std::string_view const all = text;
      std::vector pieces{all.substr(0, split), all.substr(split)};

      ASSERT_EQ(read_next(reader, pieces), step::done) << first << split;
      reader.finish();
      ASSERT_EQ(read_next(reader, pieces), step::done) << first << split;
      ASSERT_EQ(shown(reader), "POST /b hello");
      reader.finish();
      ASSERT_EQ(read_next(reader, pieces), step::done);
      ASSERT_EQ(shown(reader), "GET /a ");
      reader.finish();
      ASSERT_TRUE(reader.empty());
    }
}

TEST(RequestReader, RefusesAHeadThatIsTooLarge) {
  auto const limits = small();
  std::string const begin = "GET / HTTP/1.1\r\nHost: x\r\nA: ";
  auto const fitting = begin + std::string(limits.max_header_bytes - begin.size() - 4, 'a') + "\r\n\r\n";
  auto const larger = begin + std::string(limits.max_header_bytes - begin.size() - 3, 'a') + "\r\n\r\n";
  request_reader one(limits, together);
  request_reader other(limits, together);
  request_reader endless(limits, together);

  EXPECT_EQ(read_request(one, {fitting}), step::done);
  EXPECT_EQ(read_request(other, {larger}), step::refused);
  EXPECT_EQ(other.fault().status, 431);
  EXPECT_EQ(read_request(endless, {begin, std::string_view(larger).substr(begin.size(), limits.max_header_bytes)}),
            step::refused);
  EXPECT_EQ(endless.fault().status, 431);
}

TEST(RequestReader, RefusesTooManyFields) {
  auto const limits = small();
  request_reader reader(limits, together);

  EXPECT_EQ(read_request(reader, {"GET / HTTP/1.1\r\nHost: x\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\n\r\n"}), step::refused);
  EXPECT_EQ(reader.fault().status, 400);
  EXPECT_FALSE(reader.complete());
}

TEST(RequestReader, RefusesWhatCannotBecomeARequestBeforeItsEnd) {
  auto const limits = small();
  for (auto const bytes : {"\x16\x03\x01", "GET / HTTP/1.1\n", " GET"}) {
    request_reader reader(limits, together);

    EXPECT_EQ(read_request(reader, {bytes}), step::refused) << bytes;
    EXPECT_EQ(reader.fault().status, 400);
  }
}

TEST(RequestReader, RefusesWhatTwoParsersCouldReadDifferently) {
  auto const limits = small();
  for (auto const lines : {"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "Transfer-Encoding: xchunked\r\n",
                           "Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: +5\r\n", "A : 1\r\n"}) {
    request_reader reader(limits, together);
    auto const text = "POST / HTTP/1.1\r\nHost: x\r\n" + std::string(lines) + "\r\nhello";

    EXPECT_EQ(read_request(reader, {text}), step::refused) << lines;
    EXPECT_EQ(reader.fault().status, 400);
    EXPECT_FALSE(reader.complete());
  }
}

TEST(RequestReader, RefusesABodyThatIsTooLarge) {
  auto const limits = small();
  request_reader by_length(limits, together);
  request_reader by_chunks(limits, together);

  EXPECT_EQ(read_request(by_length, {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65\r\n\r\n"}), step::refused);
  EXPECT_EQ(by_length.fault().status, 413);
  EXPECT_EQ(read_request(by_chunks, {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
                                     "40\r\n" + std::string(64, 'a') + "\r\n1\r\n"}),
            step::refused);
  EXPECT_EQ(by_chunks.fault().status, 413);
}

TEST(RequestReader, TakesALargerBodyOfOneRequestWhereThatIsAllowed) {
  auto const limits = small();
  std::string const body(200'000, 'x');
  std::string const large = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + body;
  std::string const one_chunk =
      "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n30d40\r\n" + body + "\r\n0\r\n\r\n";
  for (auto const& bytes : {large, one_chunk}) {
    request_reader reader(limits, together);
    std::string_view rest = bytes;
    std::size_t most_room = 0;
    auto found = reader.find_head();
    for (; found == step::read; found = reader.find_head()) receive(reader, rest);
    reader.allow_body(200'000);
    for (found = reader.find_body(); found == step::read; found = reader.find_body()) {
      most_room = std::max(most_room, reader.space().size());
      receive(reader, rest);
    }
    ASSERT_EQ(found, step::done);
    EXPECT_EQ(reader.body().size(), body.size());
    EXPECT_LE(most_room, 131'072u) << "room comes with the bytes, not with what is announced";

    reader.finish();
    rest = bytes;
    for (found = reader.find_head(); found == step::read; found = reader.find_head()) receive(reader, rest);
    for (found = reader.find_body(); found == step::read; found = reader.find_body()) receive(reader, rest);
    EXPECT_EQ(reader.fault().status, 413) << "the next request has the usual limit";
  }
}

TEST(RequestReader, RefusesChunksThatAreNone) {
  auto const limits = small();
  for (auto const chunks : {"x\r\n", "3\r\nhelo\r\n0\r\n\r\n", "3\nhel\r\n", "1;abcdefghijklmnopqrstuvwxyz\r\na\r\n"}) {
    request_reader reader(limits, together);
    auto const text = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(chunks);

    EXPECT_EQ(read_request(reader, {text}), step::refused) << chunks;
    EXPECT_EQ(reader.fault().status, 400) << chunks;
    EXPECT_FALSE(reader.complete());
  }
}

TEST(RequestReader, KnowsThatABodyIsStillOnItsWay) {
  auto const limits = small();
  request_reader reader(limits, together);
  std::string_view part = sized.substr(0, sized.size() - 1);

  receive(reader, part);

  EXPECT_EQ(reader.find_head(), step::done);
  EXPECT_FALSE(reader.read_ahead());
  EXPECT_FALSE(reader.complete());
}

constexpr std::size_t mebi = 1'048'576;

http_limits roomy() {
  http_limits limits;
  limits.max_body_bytes = mebi;
  return limits;
}

std::string post_of(std::size_t length) {
  return "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

TEST(RequestReader, HoldsAsMuchOfABodyAsHasArrivedAndNotWhatWasAnnounced) {
  auto const limits = roomy();
  body_budget all(10 * mebi);
  request_reader reader(limits, all);
  auto const head = post_of(mebi);
  std::string const body(mebi, 'b');

  EXPECT_EQ(read_request(reader, {head, "b"}), step::read);
  EXPECT_LE(all.held(), 8'192U);
  for (std::size_t arrived = 1; arrived < mebi;) {
    auto rest = std::string_view(body).substr(arrived);
    auto const before = rest.size();
    receive(reader, rest);
    arrived += before - rest.size();
    auto const found = reader.find_body();
    EXPECT_EQ(found, arrived == mebi ? step::done : step::read);
    EXPECT_LE(all.held(), std::max<std::size_t>(8'192, 2 * arrived));
  }
  EXPECT_EQ(reader.body(), body);

  reader.finish();
  EXPECT_EQ(all.held(), 0U);
}

TEST(RequestReader, GivesABodyBackThatNobodyReadsAnyMore) {
  auto const limits = roomy();
  body_budget all(10 * mebi);
  request_reader reader(limits, all);
  auto const head = post_of(100'000);
  std::string const body(100'000, 'b');
  ASSERT_EQ(read_request(reader, {head, body.substr(0, 4'096), body.substr(4'096, 4'096)}), step::read);
  for (auto rest = std::string_view(body).substr(8'192); reader.find_body() == step::read;) receive(reader, rest);

  reader.drop_body();

  EXPECT_EQ(all.held(), 0U);
  EXPECT_EQ(reader.head().target, "/b");
  EXPECT_TRUE(reader.complete());
}

TEST(RequestReader, GivesBackRoomWhileAnAnswerTakesLongAndGoesOnBehindIt) {
  auto const limits = small();
  request_reader reader(limits, together);
  auto text = std::string(sized) + std::string(without_body);
  text.insert(text.find("\r\n") + 2, "User-Agent: browser\r\n");
  std::vector<std::string_view> pieces{text};
  ASSERT_EQ(read_next(reader, pieces), step::done);
  reader.drop_body();

  reader.rest();

  EXPECT_EQ(reader.head().method, "POST");
  EXPECT_EQ(reader.head().target, "/b");
  EXPECT_EQ(reader.head().value("user-agent"), "browser");
  EXPECT_EQ(reader.head().fields.size(), 1U);
  reader.finish();
  ASSERT_EQ(read_next(reader, pieces), step::done);
  EXPECT_EQ(shown(reader), "GET /a ");
}

TEST(RequestReader, RefusesABodyForWhichAllOthersTogetherLeaveNoRoom) {
  auto const limits = roomy();
  body_budget all(20'000);
  request_reader first(limits, all);
  request_reader second(limits, all);
  auto const head = post_of(15'000);
  std::string const some(4'096, 'b');
  ASSERT_EQ(read_request(first, {head, some, some, some}), step::read);

  EXPECT_EQ(read_request(second, {head, some, some, some}), step::refused);
  EXPECT_EQ(second.fault().status, 503);

  first.finish();
  request_reader third(limits, all);
  second.finish();
  EXPECT_EQ(read_request(third, {head, some, some, some}), step::read);
}

TEST(RequestReader, CountsChunkedBodiesAmongAll) {
  auto const limits = roomy();
  body_budget all(20'000);
  request_reader reader(limits, all);
  std::string const head = "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string const some = "2000\r\n" + std::string(0x2000, 'b') + "\r\n";
  std::string const bytes = head + some + some + some;
  std::string_view rest = bytes;

  ASSERT_EQ(reader.find_head(), step::read);
  receive(reader, rest);
  ASSERT_EQ(reader.find_head(), step::done);
  ASSERT_FALSE(reader.read_ahead());
  auto found = reader.find_body();
  while (found == step::read && !rest.empty()) {
    receive(reader, rest);
    found = reader.find_body();
  }

  EXPECT_EQ(found, step::refused);
  EXPECT_EQ(reader.fault().status, 503);
}

}  // namespace
}  // namespace sambung::serving::request_reader_test
