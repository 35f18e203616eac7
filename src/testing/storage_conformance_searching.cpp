// Searching by words.
#include "testing/conformance_bench.hpp"

namespace sambung::testing::conformance {
namespace {

void finds_rows_with_every_word(bench& b) {
  b.body(1, "The quick brown fox");
  b.body(2, "A quick-witted reply, brown paper.");
  b.body(3, "quicksilver and brownies");

  EXPECT_EQ(b.search("quick"), (numbers{2, 1}));
  EXPECT_EQ(b.search("QUICK Brown"), (numbers{2, 1}));
  EXPECT_EQ(b.search("quick fox"), numbers{1});
  EXPECT_EQ(b.search("probe quick"), (numbers{2, 1}));
  EXPECT_EQ(b.search("missing quick"), numbers{});
  EXPECT_EQ(b.search(""), numbers{});
  EXPECT_EQ(b.search(" -- * \" "), numbers{});
}

void takes_operators_literally(bench& b) {
  b.body(1, "apples and oranges");
  b.body(2, "apples only");
  b.body(3, "100% sure_thing c:\\temp near");

  EXPECT_EQ(b.search("apples AND oranges"), numbers{1});
  EXPECT_EQ(b.search("apples OR pears"), numbers{});
  EXPECT_EQ(b.search("apples NOT oranges"), numbers{});
  EXPECT_EQ(b.search("app*"), numbers{});
  EXPECT_EQ(b.search("\"apples only\""), numbers{2});
  EXPECT_EQ(b.search("body:apples"), numbers{});
  EXPECT_EQ(b.search("^apples"), (numbers{2, 1}));
  EXPECT_EQ(b.search("NEAR(apples oranges)"), numbers{});
  EXPECT_EQ(b.search("sure_thing"), numbers{3});
  EXPECT_EQ(b.search("%"), numbers{});
  EXPECT_EQ(b.search("') --"), numbers{});
  EXPECT_EQ(b.search("{apples} + (only)"), numbers{2});
}

void finds_quoted_words_where_they_stand_together(bench& b) {
  b.body(1, "The quick, brown fox");
  b.body(2, "brown and quick");
  b.body(3, "quick brownies, and something brown");

  EXPECT_EQ(b.search("quick brown"), (numbers{3, 2, 1}));
  EXPECT_EQ(b.search("\"QUICK brown\""), numbers{1});
  EXPECT_EQ(b.search("fox “quick brown”"), numbers{1});
  EXPECT_EQ(b.search("\"quick brown"), (numbers{3, 2, 1}));
  EXPECT_EQ(b.search("\"brown quick\""), numbers{});
  EXPECT_TRUE(sync_wait(b.store->search(b.ours, text_query("probes", "\"and quick\"").limit(1))).value().items.size() ==
              1);
}

void finds_words_of_other_scripts(bench& b) {
  b.body(1, "Crème brûlée — délicieux!");
  b.body(2, "Привет, мир 😀");
  b.body(3, "hello😀world “quoted”");
  b.body(4, "日本語");

  EXPECT_EQ(b.search("crème"), numbers{1});
  EXPECT_EQ(b.search("BRÛLÉE délicieux"), numbers{1});
  EXPECT_EQ(b.search("creme"), numbers{1});
  EXPECT_EQ(b.search("ПРИВЕТ"), numbers{2});
  EXPECT_EQ(b.search("мир 😀"), numbers{2});
  EXPECT_EQ(b.search("world hello quoted"), numbers{3});
  EXPECT_EQ(b.search("日本語"), numbers{4});
}

void forgets_words_that_are_gone(bench& b) {
  b.body(1, "before");
  probe_id const id{numbered(1)};

  b.write(update<probe>(id).set(&probe::body, "after")).value();
  EXPECT_EQ(b.search("before"), numbers{});
  EXPECT_EQ(b.search("after"), numbers{1});

  b.write(erase<probe>(id)).value();
  EXPECT_EQ(b.search("after"), numbers{});
}

void pages_through_what_it_found(bench& b) {
  for (std::uint64_t n = 1; n <= 5; ++n) b.body(n, n == 3 ? "other" : "same words");
  auto const words = [] { return text_query("probes", "same"); };

  EXPECT_EQ(b.search(words().limit(2)), (numbers{5, 4}));
  EXPECT_EQ(b.search(words().after(numbered(4)).limit(2)), (numbers{2, 1}));
  EXPECT_EQ(b.search(words().where(where(&probe::rank, std::int64_t(2)))), numbers{2});
  EXPECT_TRUE(sync_wait(b.store->search(b.ours, words().limit(3))).value().more);
  EXPECT_FALSE(sync_wait(b.store->search(b.ours, words().limit(4))).value().more);
}

void narrows_to_what_is_one_owners(bench& b) {
  user_id const ann{numbered(7)}, bob{numbered(8)}, nobody{numbered(9)};
  auto const add = [&](std::uint64_t number, user_id owner, std::string body) {
    auto p = b.sample(number);
    p.owner_id = owner;
    p.body = std::move(body);
    b.write(insert(p)).value();
  };
  add(1, ann, "a common tulip");
  add(2, bob, "common");
  add(3, bob, "a common rose");
  add(4, ann, "common");
  auto const of = [](user_id owner, std::string text) {
    return text_query("probes", std::move(text)).where(where(&probe::owner_id, owner));
  };
  condition const not_anns("owner_id", comparison::not_equal, value(ann.value));

  EXPECT_EQ(b.search("common"), (numbers{4, 3, 2, 1}));
  EXPECT_EQ(b.search(of(ann, "common")), (numbers{4, 1}));
  EXPECT_EQ(b.search(of(ann, "common").limit(1)), numbers{4});
  EXPECT_EQ(b.search(of(bob, "common")), (numbers{3, 2}));
  EXPECT_EQ(b.search(of(bob, "common").after(numbered(3))), numbers{2});
  EXPECT_EQ(b.search(of(bob, "\"common rose\"")), numbers{3});
  EXPECT_EQ(b.search(of(bob, "tulip")), numbers{});
  EXPECT_EQ(b.search(of(nobody, "common")), numbers{});
  EXPECT_EQ(b.search(of(ann, "")), numbers{});
  EXPECT_EQ(b.search(of(ann, "common").where(where(&probe::owner_id, bob))), numbers{});
  EXPECT_EQ(b.search(text_query("probes", "common").where(not_anns)), (numbers{3, 2}));
  EXPECT_EQ(b.search(of(bob, "common").where(where(&probe::rank, std::int64_t(2)))), numbers{2});
}

void follows_a_row_to_another_owner(bench& b) {
  b.body(1, "common");
  probe_id const id{numbered(1)};
  auto const of = [](user_id owner) { return text_query("probes", "common").where(where(&probe::owner_id, owner)); };
  user_id const before = b.sample(1).owner_id, after{numbered(8)};
  EXPECT_EQ(b.search(of(before)), numbers{1});

  b.write(update<probe>(id).set(&probe::owner_id, after)).value();
  EXPECT_EQ(b.search(of(before)), numbers{});
  EXPECT_EQ(b.search(of(after)), numbers{1});

  b.write(update<probe>(id).set(&probe::body, "rare")).value();
  EXPECT_EQ(b.search(of(after)), numbers{});
  b.write(erase<probe>(id)).value();
  b.body(1, "common");
  EXPECT_EQ(b.search(of(after)), numbers{});
  EXPECT_EQ(b.search(of(before)), numbers{1});
}

void keeps_marks_of_owners_from_searches(bench& b) {
  b.body(1, "common");
  std::string mark = "\xEE\x80\x80";
  for (char const c : to_string(b.sample(1).owner_id))
    if (c != '-') mark += c;

  EXPECT_EQ(b.search(mark), numbers{});
  EXPECT_EQ(b.search("common " + mark), numbers{});
  EXPECT_EQ(b.search("common \xEE\x80\x80"), numbers{1});  // which only separates words
}

void refuses_wrong_searches(bench& b) {
  auto const refused = [&](text_query q) { return sync_wait(b.store->search(b.ours, std::move(q))).error().code; };

  EXPECT_EQ(refused(text_query("probe_counters", "x")), errc::invalid_argument);
  EXPECT_EQ(refused(text_query("nothing", "x")), errc::invalid_argument);
  EXPECT_EQ(refused(text_query("probes", "x").limit(0)), errc::invalid_argument);
  EXPECT_EQ(refused(text_query("probes", std::string("\0", 1))), errc::invalid_argument);
  EXPECT_EQ(refused(text_query("probes", std::string(max_search_bytes + 1, 'x'))), errc::invalid_argument);
  EXPECT_EQ(refused(text_query("probes", "x").after(value())), errc::invalid_argument);
}

void takes_searches_of_many_words(bench& b) {
  std::string many;
  for (int i = 0; i < 512; ++i) many += "a ";
  b.body(1, "a");

  EXPECT_EQ(b.search(many), numbers{1});
}

}  // namespace

cases searching() {
  return {
      {"FindsRowsWithEveryWord", finds_rows_with_every_word},
      {"TakesOperatorsLiterally", takes_operators_literally},
      {"FindsQuotedWordsWhereTheyStandTogether", finds_quoted_words_where_they_stand_together},
      {"FindsWordsOfOtherScripts", finds_words_of_other_scripts},
      {"ForgetsWordsThatAreGone", forgets_words_that_are_gone},
      {"PagesThroughWhatItFound", pages_through_what_it_found},
      {"NarrowsToWhatIsOneOwners", narrows_to_what_is_one_owners},
      {"FollowsARowToAnotherOwner", follows_a_row_to_another_owner},
      {"KeepsMarksOfOwnersFromSearches", keeps_marks_of_owners_from_searches},
      {"RefusesWrongSearches", refuses_wrong_searches},
      {"TakesSearchesOfManyWords", takes_searches_of_many_words},
  };
}

}  // namespace sambung::testing::conformance
