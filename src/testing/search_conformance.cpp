#include "testing/search_conformance.hpp"

#include <sambung/testing/scopes.hpp>

#include "testing/probe.hpp"

#include <gtest/gtest.h>

namespace sambung::testing {
namespace {

using numbers = std::vector<std::int64_t>;

// A migrated storage with texts in it, each in a row of the number it was added as.
class searched_storage {
 public:
  explicit searched_storage(std::shared_ptr<storage> fresh) : store_(std::move(fresh)) {
    sync_wait(store_->migrate(probe_schema())).value();
  }

  void add(std::string body, std::string name = "") { add(ours_, std::move(body), std::move(name)); }
  void add(scope const& who, std::string body, std::string name = "") {
    write(who, insert(next(std::move(body), std::move(name))));
  }
  void add_many(std::size_t count, std::string const& body) {
    batch b;
    for (std::size_t i = 0; i < count; ++i) b.add(insert(next(body, "")));
    sync_wait(store_->write(ours_, std::move(b))).value();
  }
  void write(change c) { write(ours_, std::move(c)); }
  void write(scope const& who, change c) { sync_wait(store_->write(who, batch().add(std::move(c)))).value(); }

  numbers find(std::string text) { return find(text_query("probes", std::move(text))); }
  numbers find(text_query q) { return numbers_of(found(std::move(q))); }
  rows found(text_query q) { return sync_wait(store_->search(ours_, std::move(q))).value(); }
  static numbers numbers_of(rows const& all) {
    numbers out;
    for (auto const& item : all.items) out.push_back(from_row<probe>(item).rank);
    return out;
  }

  scope const& theirs() const { return theirs_; }

 private:
  probe next(std::string body, std::string name) {
    probe p;
    p.id = probe_id{numbered(++rows_)};
    p.owner_id = user_id{numbered(7)};
    p.rank = static_cast<std::int64_t>(rows_);
    p.name = std::move(name);
    p.body = std::move(body);
    return p;
  }

  std::shared_ptr<storage> store_;
  std::uint64_t rows_ = 0;
  scope ours_ = tenant_scope(tenant_id{numbered(1001)});
  scope theirs_ = tenant_scope(tenant_id{numbered(1002)});
};

void finds_each_spelling_by_any_other(searched_storage& s) {
  s.add("Die Straße in İstanbul");
  s.add("die strasse in istanbul");
  s.add("DIE STRASSE IN ISTANBUL");
  s.add("Οδυσσεύς, cafe\xCC\x81, ﬁnd, ＡＢＣ, ｶﾞｽ");
  s.add("ΟΔΥΣΣΕΥΣ, CAFÉ, FIND, abc, ガス");
  s.add("οδυσσευσ, cafe, find, abc, ガス");

  for (std::string const spelling : {"straße", "STRASSE", "STRAẞE", "İSTANBUL", "istanbul", "ıstanbul"})
    EXPECT_EQ(s.find(spelling), (numbers{3, 2, 1})) << spelling;
  for (std::string const spelling : {"Οδυσσεύς", "ΟΔΥΣΣΕΥΣ", "οδυσσευς", "café", "cafe", "CAFE\xCC\x81", "ﬁnd", "FIND",
                                     "ａｂｃ", "ABC", "ガス", "ｶﾞｽ"})
    EXPECT_EQ(s.find(spelling), (numbers{6, 5, 4})) << spelling;
  EXPECT_EQ(s.find("カス"), numbers{});
}

void finds_what_stands_inside_of_text_without_spaces(searched_storage& s) {
  s.add("今天讨论机器学习的部署");
  s.add("東京の天気はどうですか");
  s.add("한국어를 검색");
  s.add("วันนี้อากาศดีมาก");
  s.add("ສະບາຍດີຊາວໂລກ");
  s.add("សួស្តីពិភពលោក");
  s.add("မင်္ဂလာပါကမ္ဘာလောက");

  EXPECT_EQ(s.find("机器学习"), numbers{1});
  EXPECT_EQ(s.find("部署"), numbers{1});
  EXPECT_EQ(s.find("署"), numbers{1});
  EXPECT_EQ(s.find("天"), (numbers{2, 1}));
  EXPECT_EQ(s.find("天気 東京"), numbers{2});
  EXPECT_EQ(s.find("한국어"), numbers{3});
  EXPECT_EQ(s.find("검색"), numbers{3});
  EXPECT_EQ(s.find("อากาศ"), numbers{4});
  EXPECT_EQ(s.find("ດີຊາວ"), numbers{5});
  EXPECT_EQ(s.find("ពិភព"), numbers{6});
  EXPECT_EQ(s.find("ကမ္ဘာ"), numbers{7});
}

void wants_letters_together_as_they_stand(searched_storage& s) {
  s.add("机器学,器学习");
  s.add("机器学习");
  s.add("机器学", "器学习");
  s.add("學習", "新机器学习");

  EXPECT_EQ(s.find("机器学习"), (numbers{4, 2}));
  EXPECT_EQ(s.find("学习 机器"), (numbers{4, 3, 2, 1}));
}

void pages_through_what_stands_together(searched_storage& s) {
  for (int i = 1; i <= 400; ++i) s.add(i % 100 == 0 ? "机器学习" : "机器学,器学习");
  auto const asked = [] { return text_query("probes", "机器学习"); };

  auto const first = s.found(asked().limit(2));
  EXPECT_EQ(s.numbers_of(first), (numbers{400, 300}));
  EXPECT_TRUE(first.more);
  auto const second = s.found(asked().limit(2).after(first.items.back().front()));
  EXPECT_EQ(s.numbers_of(second), (numbers{200, 100}));
  EXPECT_FALSE(second.more);
  EXPECT_EQ(s.find(asked().limit(1).after(value(numbered(100)))), numbers{});
}

// Two frequent words that hardly ever stand together.
void gives_up_on_what_hardly_stands_together(searched_storage& s) {
  s.add("red kite");
  s.add_many(max_rows + 100, "kite red");
  auto const asked = [] { return text_query("probes", "\"red kite\"").limit(5); };

  auto const first = s.found(asked());
  EXPECT_TRUE(first.items.empty());
  EXPECT_TRUE(first.more);
  ASSERT_EQ(first.place, value(numbered(102)));
  auto const second = s.found(asked().after(place_behind(first)));
  EXPECT_EQ(s.numbers_of(second), numbers{1});
  EXPECT_FALSE(second.more);
  EXPECT_FALSE(second.place);
}

void looks_at_few_long_texts_at_once(searched_storage& s) {
  std::string const much(90'000, '.');
  s.add("red kite");
  s.add_many(30, "kite red" + much);
  auto const asked = [] { return text_query("probes", "\"red kite\"").limit(5); };

  auto const first = s.found(asked());
  EXPECT_TRUE(first.items.empty());
  ASSERT_EQ(first.place, value(numbered(20)));  // 12 of them have a MiB
  EXPECT_EQ(s.find(asked().after(value(numbered(6)))), numbers{1});
}

void knows_the_words_of_every_column_after_a_change(searched_storage& s) {
  s.add("第一本文", "題名");
  probe_id const id{numbered(1)};

  s.write(update<probe>(id).set(&probe::body, "second"));
  EXPECT_EQ(s.find("題名 second"), numbers{1});
  EXPECT_EQ(s.find("本文"), numbers{});
  s.write(update<probe>(id).set(&probe::name, "other"));
  EXPECT_EQ(s.find("other SECOND"), numbers{1});
  EXPECT_EQ(s.find("題"), numbers{});
  s.write(update<probe>(id).set(&probe::name, "").set(&probe::body, ""));
  EXPECT_EQ(s.find("other"), numbers{});
  EXPECT_EQ(s.find("second"), numbers{});
}

void compares_the_beginning_of_a_long_word(searched_storage& s) {
  std::string const long_one(500, 'w');
  s.add(long_one + "abc");

  EXPECT_EQ(s.find(long_one + "xyz"), numbers{1});
  EXPECT_EQ(s.find(std::string(63, 'w')), numbers{});
}

void finds_the_words_of_a_long_text(searched_storage& s) {
  std::string text;
  for (int i = 0; text.size() < 99'000; ++i) text += "w" + std::to_string(i) + " ";
  std::string letters;
  for (int i = 0; letters.size() < 99'000; ++i) {
    letters += "\xE4" + std::string(1, static_cast<char>(0xB8 + i / 64 % 8)) + static_cast<char>(0x80 + i % 64);
    if (i % 512 == 511) letters += "一";
  }
  s.add(text);
  s.add(letters);

  EXPECT_EQ(s.find("w0 w9999"), numbers{1});
  EXPECT_EQ(s.find("丁丂七"), numbers{2});
}

void keeps_the_words_of_tenants_apart(searched_storage& s) {
  s.add(s.theirs(), "机器学习 secret");
  s.add("机器学习");

  EXPECT_EQ(s.find("机器学习"), numbers{2});
  EXPECT_EQ(s.find("secret"), numbers{});
}

struct search_case {
  char const* name;
  void (*run)(searched_storage&);
};

constexpr search_case cases[]{
    {"FindsEachSpellingByAnyOther", finds_each_spelling_by_any_other},
    {"FindsWhatStandsInsideOfTextWithoutSpaces", finds_what_stands_inside_of_text_without_spaces},
    {"WantsLettersTogetherAsTheyStand", wants_letters_together_as_they_stand},
    {"PagesThroughWhatStandsTogether", pages_through_what_stands_together},
    {"GivesUpOnWhatHardlyStandsTogether", gives_up_on_what_hardly_stands_together},
    {"LooksAtFewLongTextsAtOnce", looks_at_few_long_texts_at_once},
    {"KnowsTheWordsOfEveryColumnAfterAChange", knows_the_words_of_every_column_after_a_change},
    {"ComparesTheBeginningOfALongWord", compares_the_beginning_of_a_long_word},
    {"FindsTheWordsOfALongText", finds_the_words_of_a_long_text},
    {"KeepsTheWordsOfTenantsApart", keeps_the_words_of_tenants_apart},
};

class search_test : public ::testing::Test {
 public:
  search_test(storage_factory make, void (*run)(searched_storage&)) : make_(std::move(make)), run_(run) {}

  void TestBody() override {
    searched_storage s(make_());
    run_(s);
  }

 private:
  storage_factory make_;
  void (*run_)(searched_storage&);
};

}  // namespace

void register_search_conformance(std::string const& suite, storage_factory const& make) {
  for (auto const& one : cases)
    ::testing::RegisterTest(suite.c_str(), one.name, nullptr, nullptr, __FILE__, __LINE__,
                            [make, run = one.run]() -> ::testing::Test* { return new search_test(make, run); });
}

}  // namespace sambung::testing
