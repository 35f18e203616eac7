#include "storage/owner_mark.hpp"

#include "testing/probe.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sambung::owner_mark_test {
namespace {

using testing::numbered;
using testing::probe;

constexpr auto mark_of_seven =
    "\xEE\x80\x80"
    "00000000000000000000000000000007";

user_id seven() { return user_id{numbered(7)}; }

// A column with a user's id and one with its text.
record_description sayings(ownership whose) {
  record_description made;
  made.table = "sayings";
  made.fields.resize(3);
  made.fields[0].name = "id";
  made.fields[1].name = "said_by";
  made.fields[1].type = column_type::uuid;
  made.fields[1].user = true;
  made.fields[2].name = "text";
  made.search = {"text"};
  made.ownership = std::move(whose);
  return made;
}

TEST(OwnerMark, IsOfTheColumnThatSaysWhoseARowIs) {
  ownership owned, part, neither;
  owned.kind = owner_kind::user;
  owned.owner = "said_by";
  part.parents.push_back({"id", "books"});
  neither.personal = false;

  for (auto const& whose : {owned, part}) {
    auto const table = sayings(whose);
    auto const* column = detail::marked_column(table);
    ASSERT_TRUE(column);
    EXPECT_EQ(column->name, "said_by");
  }
  auto const table = sayings(neither);
  EXPECT_EQ(detail::marked_column(table), nullptr);
}

TEST(OwnerMark, StandsBesideTheWordsOfARow) {
  probe p;
  p.owner_id = seven();
  p.body = "red kite";

  auto const words = detail::marked_words(to_row(p), description_of<probe>());

  EXPECT_EQ(words, (std::vector<std::string>{"kite", "red", mark_of_seven}));
}

TEST(OwnerMark, IsLookedForWhereAConditionNamesOneOwner) {
  auto const& table = description_of<probe>();
  auto const asked = [&](std::string text, comparison op) {
    auto q = text_query("probes", std::move(text)).where(condition("owner_id", op, value(seven().value)));
    return detail::marked_words(q, table);
  };

  EXPECT_EQ(asked("Kite", comparison::equal), (std::vector<std::string>{"kite", mark_of_seven}));
  EXPECT_EQ(asked("Kite", comparison::not_equal), std::vector<std::string>{"kite"});
  EXPECT_EQ(asked("Kite", comparison::greater), std::vector<std::string>{"kite"});
  EXPECT_TRUE(asked("--", comparison::equal).empty());
  EXPECT_EQ(detail::marked_words(text_query("probes", "kite"), table), std::vector<std::string>{"kite"});
}

TEST(OwnerMark, StandsInFrontOfEachWordWhereEverySearchNamesTheOwner) {
  auto table = description_of<probe>();
  table.searched_by_owner = true;
  probe p;
  p.owner_id = seven();
  p.body = "red kite";
  auto const of = [](uuid owner) {
    return text_query("probes", "Kite").where(condition("owner_id", comparison::equal, value(owner)));
  };
  std::string const mark(mark_of_seven);

  EXPECT_EQ(detail::marked_words(to_row(p), table), (std::vector<std::string>{mark + "kite", mark + "red"}));
  EXPECT_EQ(detail::marked_words(of(seven().value), table), std::vector<std::string>{mark + "kite"});
  EXPECT_NE(detail::marked_words(of(numbered(8)), table), std::vector<std::string>{mark + "kite"});
}

TEST(OwnerMark, IsNoWordOfAText) {
  auto const mark = detail::owner_mark(seven().value);
  EXPECT_EQ(mark, mark_of_seven);

  for (auto const& text : {mark, "x" + mark, mark + " x", "机" + mark}) {
    auto const words = search_words(text);
    EXPECT_TRUE(std::ranges::none_of(
        words, [](std::string const& word) { return word.find(detail::owner_sign) != word.npos; }));
  }
}

}  // namespace
}  // namespace sambung::owner_mark_test
