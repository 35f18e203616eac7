#include "template/content_hash.hpp"

#include <sambung/template/field_diff.hpp>

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace sambung::content_hash_test {
namespace {

prompt_content content() {
  template_message said;
  said.text = "Apa khabar?";
  prompt_content made;
  made.messages.push_back(said);
  made.config.response_format = boost::json::parse(R"({"a":{"x":1,"y":[{"p":1,"q":2}]},"b":2})").as_object();
  return made;
}

boost::json::object object(char const* text) { return boost::json::parse(text).as_object(); }

TEST(ContentHash, IsTheSameWhateverTheOrderOfMembers) {
  auto other = content();
  other.config.response_format = object(R"({"b":2,"a":{"y":[{"q":2,"p":1}],"x":1}})");
  EXPECT_EQ(content_hash(content(), {}), content_hash(other, {}));
  EXPECT_EQ(content_hash(content(), {}).size(), 64u);
}

TEST(ContentHash, ChangesWithWhatIsSaidAndIncluded) {
  auto const first = content_hash(content(), {});
  auto other = content();
  other.messages[0].text += ' ';
  EXPECT_NE(content_hash(other, {}), first);
  other = content();
  other.config.temperature = 0.5;
  EXPECT_NE(content_hash(other, {}), first);
  prompt_include include;
  include.reference = "a";
  include.number = 1;
  auto const with = content_hash(content(), {include});
  include.number = 2;
  EXPECT_NE(with, first);
  EXPECT_NE(content_hash(content(), {include}), with);
}

TEST(FieldDiff, NamesEveryFieldThatDiffers) {
  auto const changes = field_diff(object(R"({"a":1,"b":{"c":1,"d":2},"e":[1],"f":1})"),
                                  object(R"({"a":1,"b":{"c":2,"g":3},"e":[2],"h":{}})"), "config");
  std::vector<std::string> shown;
  for (auto const& one : changes)
    shown.push_back(one.path + ' ' + (one.before ? boost::json::serialize(*one.before) : "-") + ' ' +
                    (one.after ? boost::json::serialize(*one.after) : "-"));
  EXPECT_EQ(shown, (std::vector<std::string>{"config.b.c 1 2", "config.b.d 2 -", "config.b.g - 3", "config.e [1] [2]",
                                             "config.f 1 -", "config.h - {}"}));
  EXPECT_TRUE(field_diff(object(R"({"a":1,"b":2})"), object(R"({"b":2,"a":1})")).empty());
}

}  // namespace
}  // namespace sambung::content_hash_test
