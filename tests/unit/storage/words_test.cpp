#include "storage/words.hpp"

#include "storage/letters.hpp"

#include <sambung/storage/query.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sambung::words_test {
namespace {

using strings = std::vector<std::string>;

// A text as the only searchable column of a row.
record_description const& said_by() {
  static record_description const table = [] {
    record_description made;
    made.table = "sayings";
    made.fields.resize(2);
    made.fields[0].name = "id";
    made.fields[1].name = "text";
    made.search = {"text"};
    return made;
  }();
  return table;
}

bool finds(std::string_view searched, std::string const& text) {
  return has_words(row{value(std::int64_t(1)), value(text)}, said_by(), searched);
}

TEST(SearchWords, AreRunsOfLettersAndDigits) {
  EXPECT_EQ(search_words("Hello, World-42!"), (strings{"hello", "world", "42"}));
  EXPECT_EQ(search_words("  "), strings{});
  EXPECT_EQ(search_words(""), strings{});
  EXPECT_EQ(search_words("a\"b*c:d_e"), (strings{"a", "b", "c", "d", "e"}));
  EXPECT_EQ(search_words("hi😀there—“you”…"), (strings{"hi", "there", "you"}));
  EXPECT_EQ(search_words("𐐨𐐩! x"), (strings{"𐐨𐐩", "x"}));  // Deseret: four bytes a letter
  EXPECT_EQ(search_words("नमस्ते दुनिया"), (strings{"नमस्ते", "दुनिया"}));
}

TEST(SearchWords, ArePairsOfLettersInScriptsWithoutSpaces) {
  EXPECT_EQ(search_words("日本語。テスト"), (strings{"日本", "本語", "テス", "スト"}));
  EXPECT_EQ(search_words("猫"), strings{"猫"});
  EXPECT_EQ(search_words("猫 犬小"), (strings{"猫", "犬小"}));
  EXPECT_EQ(search_words("AI学习2024年"), (strings{"ai", "学习", "2024", "年"}));
  EXPECT_EQ(search_words("한국어"), (strings{"한국", "국어"}));
}

TEST(SearchWords, OfAnIndexAreLettersAsWellAsPairs) {
  EXPECT_EQ(detail::index_words("日本語 x", 1), (strings{"x", "日", "日本", "本", "本語", "語"}));
  EXPECT_EQ(detail::index_words("b a b", 1), (strings{"a", "b"}));
}

TEST(SearchWords, FindEachOtherInAnySpelling) {
  std::vector<strings> const alike{
      {"É", "é", "e", "E", "e\xCC\x81"},
      {"straße", "STRASSE", "STRAẞE", "strasse"},
      {"İstanbul", "istanbul", "ISTANBUL", "ıstanbul"},
      {"ΟΔΟΣ", "οδος", "οδοσ", "Οδός"},
      {"ﬁnd", "find", "FIND"},
      {"ＡＢＣ１", "abc1"},
      {"ガス", "ｶﾞｽ", "カ\xE3\x82\x99ス"},
      {"한글", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB\xE1\x84\x80\xE1\x85\xB3\xE1\x86\xAF"},
      {"ПЁТР", "пётр", "петр"},
      {"שָׁלוֹם", "שלום"},
      {"مُحَمَّد", "محمد", "محمــد"},
      {"Việt", "viet", "VIE\xCC\xA3\xCC\x82T"},
      {"①②", "12"},
      {"㎏", "kg"},
      {"co\xC2\xADoperate", "cooperate"},
  };
  for (auto const& spellings : alike)
    for (auto const& searched : spellings)
      for (auto const& text : spellings) EXPECT_TRUE(finds(searched, text)) << searched << " in " << text;
}

TEST(SearchWords, TellLettersApartThatAreNotSpellingsOfEachOther) {
  EXPECT_FALSE(finds("か", "が"));
  EXPECT_FALSE(finds("नमसत", "नमस्ते"));
  EXPECT_FALSE(finds("อากาศ", "อากาด"));
  EXPECT_FALSE(finds("app", "apples"));
  EXPECT_FALSE(finds("pple", "apples"));
}

TEST(SearchWords, FindAnyPartOfASentenceWithoutSpaces) {
  strings const sentences{"今天讨论机器学习的部署和測試",
                          "東京の天気はどうですかカタカナも",
                          "한국어를검색합니다",
                          "วันนี้อากาศดีมาก",
                          "ສະບາຍດີຊາວໂລກ",
                          "សួស្តីពិភពលោក",
                          "မင်္ဂလာပါကမ္ဘာလောက",
                          "𠮷野家で𠀋を食べる"};
  for (auto const& sentence : sentences) {
    std::vector<std::size_t> starts;
    for (std::string_view rest = sentence; !rest.empty(); detail::take_code_point(rest))
      starts.push_back(sentence.size() - rest.size());
    starts.push_back(sentence.size());
    for (std::size_t from = 0; from < starts.size(); ++from)
      for (auto to = from + 2; to < starts.size(); ++to) {
        auto const part = sentence.substr(starts[from], starts[to] - starts[from]);
        EXPECT_TRUE(finds(part, "x " + sentence + "。")) << part << " in " << sentence;
      }
  }
}

TEST(SearchWords, WantLettersTogetherAsTheyStand) {
  EXPECT_TRUE(finds("机器学习", "今天讨论机器学习的部署"));
  EXPECT_FALSE(finds("机器学习", "机器学,器学习"));
  EXPECT_FALSE(finds("机器学习", "学习机器"));
  EXPECT_TRUE(finds("学习 机器", "机器学习"));
  EXPECT_FALSE(finds("机器学习", "机器 学习"));
  EXPECT_EQ(detail::search_phrases("机器学习 猫 犬小 abc 日本語"), (strings{"机器学习", "日本語"}));
}

TEST(SearchWords, InQuotationMarksStandOneBehindTheOther) {
  EXPECT_TRUE(finds("\"machine learning\"", "On Machine-Learning."));
  EXPECT_TRUE(finds("«crème brûlée» please", "please: Creme brulee"));
  EXPECT_TRUE(finds("\"learning\"", "learning"));
  EXPECT_FALSE(finds("\"machine learning\"", "learning of a machine"));
  EXPECT_FALSE(finds("\"machine learning\"", "machine learnings, and learning"));
  EXPECT_FALSE(finds("\"machine learning\"", "a submachine learning; machine"));
  EXPECT_TRUE(finds("machine\" learning", "learning of a machine"));
  EXPECT_TRUE(finds("\"讨论 deep learning\"", "今天讨论,deep learning"));
  EXPECT_FALSE(finds("\"学习 deep\"", "deep 学习"));
  EXPECT_TRUE(finds("\"习 deep\"", "学习 deep"));
  EXPECT_EQ(detail::search_phrases("\"a b\" \"c\" \"d\" e \"机 f"), (strings{" a b "}));
}

TEST(SearchWords, CompareTheBeginningOfAWordThatIsTooLong) {
  std::string const longest(detail::max_word_points, 'w');

  EXPECT_EQ(search_words(longest + "xyz"), strings{longest});
  EXPECT_TRUE(finds(longest + "xyz", longest + "abc"));
}

TEST(SearchWords, OfAnIndexEndWhereThereAreTooMany) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "word" + std::to_string(i) + ' ';

  auto const words = detail::index_words(text, 1);
  std::size_t bytes = 0;
  for (auto const& word : words) bytes += word.size() + 8;

  EXPECT_LT(bytes, 1'048'576U);
  EXPECT_GT(words.size(), 30'000U);
  EXPECT_TRUE(std::ranges::binary_search(words, "word30000"));
  EXPECT_FALSE(std::ranges::binary_search(words, "word199999"));
}

TEST(SearchWords, TakeHeapsOfMarksInTheirStride) {
  std::string heap = "e";
  for (int i = 0; i < 30'000; ++i) heap += i % 2 == 0 ? "\xCC\x81" : "\xCC\xA3";

  EXPECT_TRUE(finds("e", heap));
}

TEST(SearchWords, AreFoldedOnceAndForAll) {
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int i = 0; i < 8; ++i) {
      auto point = static_cast<char32_t>(random() % (round % 2 == 0 ? 0x3100 : 0x20000));
      if (point == 0 || detail::between(point, 0xD800, 0xDFFF)) point = 'x';
      detail::append_utf8(text, point);
    }
    std::string again;
    detail::word_reader reader(text);
    while (auto const found = reader.next()) {
      ASSERT_LE(found->begin, found->end);
      ASSERT_LE(found->end, text.size());
      if (!found->goes_on) again += ' ';
      again += found->word;
    }

    ASSERT_EQ(detail::index_words(again, 1), detail::index_words(text, 1)) << text;
  }
}

}  // namespace
}  // namespace sambung::words_test
