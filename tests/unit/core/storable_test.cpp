#include "core/storable.hpp"

#include <sambung/core/json_codec.hpp>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <limits>

namespace sambung::storable_test {
namespace {

namespace json = boost::json;

std::string mended(std::string text) {
  make_storable(text);
  return text;
}

TEST(Storable, LeavesTextAlone) {
  for (auto const* text : {"", "plain", "31 °C, 语, 😀", "\x01\x1f\x7f"}) EXPECT_EQ(mended(text), text);
}

TEST(Storable, ReplacesWhatNoStorageTakes) {
  std::string const mark = "\xEF\xBF\xBD";
  EXPECT_EQ(mended(std::string("a\0b\0", 4)), "a" + mark + "b" + mark);
  EXPECT_EQ(mended("\xff\xfe"), mark + mark);
  EXPECT_EQ(mended("cut \xe8\xaf"), "cut " + mark + mark);
  EXPECT_EQ(mended("\xed\xa0\x80half"), mark + mark + mark + "half");
}

TEST(Storable, MendsEveryTextAndNameOfAnObject) {
  json::object object{{"list", json::array{1, "a", std::string("\0", 1)}},
                      {"number", std::numeric_limits<double>::infinity()},
                      {std::string("k\0", 2), json::object{{"inner", std::string("\xff")}}}};

  make_storable(object);

  EXPECT_EQ(object.at("list").at(2).as_string(), "\xEF\xBF\xBD");
  EXPECT_TRUE(object.at("number").is_null());
  EXPECT_EQ(object.at("k\xEF\xBF\xBD").at("inner").as_string(), "\xEF\xBF\xBD");
}

TEST(Storable, EndsNestingWhereReadersWould) {
  auto const nested = [](std::size_t depth) {
    json::value made(json::object{});
    for (std::size_t i = 1; i < depth; ++i) made = json::object{{"a", std::move(made)}};
    return made.as_object();
  };
  auto fits = nested(max_opaque_depth);
  auto deeper = nested(max_opaque_depth + 100);

  make_storable(fits);
  make_storable(deeper);

  EXPECT_EQ(fits, nested(max_opaque_depth));
  EXPECT_TRUE(parse_json(json::serialize(fits)));
  EXPECT_TRUE(parse_json(json::serialize(deeper)));
}

}  // namespace
}  // namespace sambung::storable_test
