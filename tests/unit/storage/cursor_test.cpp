#include <sambung/storage/collection.hpp>

#include "testing/probe.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sambung::cursor_test {
namespace {

auto const& table = description_of<testing::probe>();

query list() { return query("probes").where("active", comparison::equal, true).order({"name"}, direction::ascending); }

row place() { return {value("näme"), value(testing::numbered(7))}; }

TEST(Cursor, CarriesAPlaceThereAndBack) {
  row const every{value(true),  value(false),         value(std::numeric_limits<std::int64_t>::min()),
                  value(-0.5),  value(std::string()), value("text"),
                  value(uuid())};

  for (auto const& in : {place(), every, row()})
    EXPECT_EQ(detail::decode_cursor(detail::encode_cursor(in, list(), table), list(), table).value(), in);
}

TEST(Cursor, IsSafeInAUrl) {
  auto const text = detail::encode_cursor({value("\xff\xfe?>~~~")}, list(), table);

  EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), text.npos);
}

TEST(Cursor, BelongsToOneList) {
  auto const text = detail::encode_cursor(place(), list(), table);
  auto const refused = [&](query const& q) {
    auto const decoded = detail::decode_cursor(text, q, table);
    return !decoded && decoded.error().code == errc::invalid_argument;
  };

  EXPECT_FALSE(refused(list()));
  EXPECT_FALSE(refused(list().limit(7)));
  EXPECT_TRUE(refused(list().order({"name"}, direction::descending)));
  EXPECT_TRUE(refused(list().order({"rank"}, direction::ascending)));
  EXPECT_TRUE(refused(list().where("rank", comparison::equal, value(std::int64_t(1)))));
  EXPECT_TRUE(refused(query("probe_counters")));
}

TEST(Cursor, RefusesEveryOtherText) {
  auto const text = detail::encode_cursor(place(), list(), table);
  auto const refused = [&](std::string const& in) { return !detail::decode_cursor(in, list(), table); };

  for (std::size_t length = 1; length < text.size(); ++length)
    EXPECT_TRUE(refused(text.substr(0, length)) ||
                detail::decode_cursor(text.substr(0, length), list(), table)->size() < 2);
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("!"));
  EXPECT_TRUE(refused(text + "="));
  EXPECT_TRUE(refused(text + "A"));
  EXPECT_TRUE(refused("A" + text));
}

// No list is ordered by a column that may be null, or by one of bytes.
TEST(Cursor, HasNoPlaceAtNullOrAtBytes) {
  for (auto const& place : {value(), value(binary(3))}) {
    auto const text = detail::encode_cursor({place}, list(), table);

    EXPECT_EQ(detail::decode_cursor(text, list(), table).error().code, errc::invalid_argument);
  }
}

// What is searched goes on behind a key: a cursor without one, or with more, is none of a search.
TEST(Cursor, OfASearchHasAKeyAndNothingElse) {
  query const by_key("probes");
  auto const key = value(testing::numbered(7));
  auto const decoded = [&](row const& in) {
    return detail::decode_key(detail::encode_cursor(in, by_key, table), by_key, table);
  };

  EXPECT_EQ(decoded({key}).value(), key);
  EXPECT_EQ(decoded({}).error().code, errc::invalid_argument);
  EXPECT_EQ(decoded({key, key}).error().code, errc::invalid_argument);
}

TEST(Page, HasALargestSize) {
  EXPECT_TRUE(detail::check_page(page_request(1)));
  EXPECT_TRUE(detail::check_page(page_request(max_page_size)));
  EXPECT_EQ(detail::check_page(page_request(0)).error().code, errc::invalid_argument);
  EXPECT_EQ(detail::check_page(page_request(max_page_size + 1)).error().issues.front().path, "limit");
}

}  // namespace
}  // namespace sambung::cursor_test
