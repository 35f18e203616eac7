#include <sambung/storage/query.hpp>
#include <sambung/storage/snippet.hpp>

#include <gtest/gtest.h>

#include <random>

namespace sambung::snippet_test {
namespace {

std::vector<std::string> marked_in(snippet const& s) {
  std::vector<std::string> out;
  for (auto const& range : s.marked) out.push_back(s.text.substr(range.begin, range.end - range.begin));
  return out;
}

using strings = std::vector<std::string>;

TEST(Snippet, IsAShortTextAsItStands) {
  auto const found = make_snippet("Apa khabar, dunia? <b>Khabar</b> baik.", "khabar");

  EXPECT_EQ(found.text, "Apa khabar, dunia? <b>Khabar</b> baik.");
  EXPECT_EQ(found.marked, (std::vector<byte_range>{{4, 10}, {22, 28}}));
  EXPECT_FALSE(found.cut_before);
  EXPECT_FALSE(found.cut_after);
}

TEST(Snippet, ShowsThePassageAroundTheFirstMatch) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "word" + std::to_string(i) + ' ';

  auto const found = make_snippet(text, "WORD50", 60);

  EXPECT_EQ(found.text, "word48 word49 word50 word51 word52 word53 word54 word55");
  EXPECT_EQ(marked_in(found), strings{"word50"});
  EXPECT_TRUE(found.cut_before);
  EXPECT_TRUE(found.cut_after);
}

TEST(Snippet, FillsUpWithWhatStandsBeforeWhereTheTextEnds) {
  auto const found = make_snippet("one two three four five six seven eight", "eight", 20);

  EXPECT_EQ(found.text, "five six seven eight");
  EXPECT_TRUE(found.cut_before);
  EXPECT_FALSE(found.cut_after);
}

TEST(Snippet, MarksEveryWordThatWasSearchedForAndNoPartOfOne) {
  auto const found = make_snippet("cat concatenate CAT, category; Dog!", "cat AND dog");

  EXPECT_EQ(marked_in(found), (strings{"cat", "CAT", "Dog"}));
}

TEST(Snippet, MarksTheLongestOfWhatBeginsAlike) {
  auto const found = make_snippet("日本 日本語 日 cat", "日 日本語 cat 日本 cat");

  EXPECT_EQ(marked_in(found), (strings{"日本", "日本語", "日", "cat"}));
}

TEST(Snippet, WithoutAMatchIsTheBeginning) {
  auto const found = make_snippet("one two three four", "five", 9);

  EXPECT_EQ(found.text, "one two");
  EXPECT_TRUE(found.marked.empty());
  EXPECT_FALSE(found.cut_before);
  EXPECT_TRUE(found.cut_after);
}

TEST(Snippet, MarksNothingForASearchWithoutWords) {
  EXPECT_TRUE(make_snippet("one -- two", "--").marked.empty());
  EXPECT_TRUE(make_snippet("", "one").text.empty());
  EXPECT_FALSE(make_snippet("", "one").cut_after);
}

TEST(Snippet, CutsAMarkedWordThatIsTooLong) {
  std::string const word(500, 'w');

  auto const found = make_snippet("before " + word + " after", word, 20);

  EXPECT_EQ(found.text, std::string(20, 'w'));
  EXPECT_EQ(found.marked, (std::vector<byte_range>{{0, 20}}));
  EXPECT_TRUE(found.cut_before);
  EXPECT_TRUE(found.cut_after);
}

TEST(Snippet, CutsALongWordAtTheBeginningWithoutMarkingAPieceOfIt) {
  auto const found = make_snippet("catalogue" + std::string(500, 's'), "cat", 3);

  EXPECT_EQ(found.text, "cat");
  EXPECT_TRUE(found.marked.empty());
  EXPECT_TRUE(found.cut_after);
}

TEST(Snippet, LeavesOutALongWordBesideTheMatch) {
  auto const found = make_snippet(std::string(300, 'a') + " match " + std::string(300, 'b'), "match", 40);

  EXPECT_EQ(found.text, "match");
  EXPECT_EQ(found.marked, (std::vector<byte_range>{{0, 5}}));
}

TEST(Snippet, FoldsCaseAsSearchDoes) {
  EXPECT_EQ(marked_in(make_snippet("ПРИВЕТ, Ελλάδα", "привет ελλάδα")), (strings{"ПРИВЕТ", "Ελλάδα"}));
}

TEST(Snippet, CutsBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "\xF0\x9F\x98\x80";

  for (std::size_t most = 0; most < 12; ++most)
    EXPECT_EQ(make_snippet(text, "x", most).text.size(), most / 4 * 4) << most;
}

TEST(Snippet, MarksWhatStandsTogetherInTextWithoutSpaces) {
  EXPECT_EQ(marked_in(make_snippet("今天讨论机器学习的部署,机器和学习", "机器学习")), strings{"机器学习"});
  EXPECT_EQ(marked_in(make_snippet("東京の天気はどうですか。天気!", "天気 東")), (strings{"東", "天気", "天気"}));
  EXPECT_EQ(marked_in(make_snippet("วันนี้อากาศดีมาก", "อากาศ")), strings{"อากาศ"});
  EXPECT_EQ(marked_in(make_snippet("한국어를 검색", "한국어")), strings{"한국어"});
}

TEST(Snippet, MarksTheTextAsItStandsWhereFoldingChangesItsLength) {
  EXPECT_EQ(marked_in(make_snippet("Die STRASSE, die Straße, die strasse", "straße")),
            (strings{"STRASSE", "Straße", "strasse"}));
  EXPECT_EQ(marked_in(make_snippet("İstanbul, cafe\xCC\x81, ﬁnd", "istanbul CAFÉ find")),
            (strings{"İstanbul", "cafe\xCC\x81", "ﬁnd"}));
  EXPECT_EQ(marked_in(make_snippet("ＡＢＣ ｶﾞｽ", "abc ガス")), (strings{"ＡＢＣ", "ｶﾞｽ"}));
}

TEST(Snippet, CutsTextWithoutSpacesBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "人工";

  auto const found = make_snippet(text + "知能" + text, "知能", 30);

  EXPECT_EQ(found.text.size(), 30U);
  EXPECT_EQ(marked_in(found), strings{"知能"});
}

bool starts_inside_a_character(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

TEST(Snippet, KeepsItsPromisesForRandomTexts) {
  std::mt19937 random(7);
  strings const pieces{"a",  "b",       "ab", "aab", " ", "  ", "\n", ",", "\xC3\xB8", "\xD0\x96", "\xF0\x9F\x98\x80",
                       "ba", "\xCE\xBB"};
  auto const some_text = [&](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += pieces[random() % pieces.size()];
    return text;
  };
  for (int round = 0; round < 20'000; ++round) {
    auto const text = some_text(random() % 60);
    auto const searched = some_text(1 + random() % 3);
    std::size_t const most = random() % 50;
    SCOPED_TRACE("text <" + text + "> searched <" + searched + "> max " + std::to_string(most));

    auto const found = make_snippet(text, searched, most);

    auto const at = text.find(found.text);
    ASSERT_NE(at, text.npos);
    ASSERT_LE(found.text.size(), most);
    ASSERT_FALSE(starts_inside_a_character(found.text, 0));
    if (text.size() <= most) {
      ASSERT_EQ(found.text, text);
    }
    ASSERT_EQ(found.cut_before || found.cut_after, found.text.size() < text.size());
    auto const wanted = search_words(searched);
    auto const is_wanted = [&](std::string const& word) { return std::ranges::find(wanted, word) != wanted.end(); };
    auto const all = search_words(text);
    auto const first = std::ranges::find_if(all, is_wanted);
    ASSERT_EQ(found.marked.empty(), first == all.end() || found.text.empty());
    std::size_t last = 0;
    for (auto const& range : found.marked) {
      ASSERT_LE(last, range.begin);
      ASSERT_LT(range.begin, range.end);
      ASSERT_LE(range.end, found.text.size());
      ASSERT_FALSE(starts_inside_a_character(found.text, range.begin));
      ASSERT_FALSE(starts_inside_a_character(found.text, range.end));
      last = range.end;
      auto const word = search_words(found.text.substr(range.begin, range.end - range.begin));
      ASSERT_EQ(word.size(), 1U);
      if (first->size() <= most) {
        ASSERT_TRUE(is_wanted(word.front()));
      }
    }
  }
}

}  // namespace
}  // namespace sambung::snippet_test
