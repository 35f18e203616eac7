// Changes: each of them, their conditions, and batches of them.
#include "testing/conformance_bench.hpp"

namespace sambung::testing::conformance {
namespace {

void refuses_a_second_row_with_the_same_key(bench& b) {
  b.write(insert(b.sample(1))).value();
  auto again = b.sample(1);
  again.rank = 99;

  EXPECT_EQ(b.error_of(insert(again)), errc::already_exists);
  EXPECT_EQ(b.find(again.id)->rank, 1);
}

void keeps_unique_indexes_unique_except_for_nulls(bench& b) {
  auto first = b.sample(1), second = b.sample(2), third = b.sample(3), fourth = b.sample(4);
  first.label = "taken";
  second.label = "taken";
  b.write(insert(first)).value();

  EXPECT_EQ(b.error_of(insert(second)), errc::already_exists);
  EXPECT_TRUE(b.write(insert(third)));
  EXPECT_TRUE(b.write(insert(fourth)));
  EXPECT_EQ(b.error_of(update<probe>(third.id).set(&probe::label, "taken")), errc::already_exists);
  EXPECT_TRUE(b.write(update<probe>(first.id).set(&probe::label, "taken")));
  EXPECT_TRUE(b.write(update<probe>(first.id).set(&probe::label, std::nullopt)));
  EXPECT_TRUE(b.write(insert(second)));
}

void frees_a_unique_value_when_its_row_goes(bench& b) {
  auto first = b.sample(1), second = b.sample(2);
  first.label = second.label = "one";
  b.write(insert(first)).value();

  EXPECT_TRUE(b.write(batch().add(erase<probe>(first.id)).add(insert(second))));
  EXPECT_EQ(b.ranks(all()), numbers{2});
}

void updates_the_named_columns_only(bench& b) {
  auto p = b.sample(1);
  b.write(insert(p)).value();

  auto const done = b.write(update<probe>(p.id).set(&probe::name, "new").set(&probe::active, true));

  p.name = "new";
  p.active = true;
  EXPECT_EQ(done.value().rows, 1U);
  EXPECT_EQ(b.find(p.id), p);
}

void updates_only_when_every_condition_holds(bench& b) {
  auto const p = b.sample(1);
  b.write(insert(p)).value();

  EXPECT_EQ(b.error_of(update<probe>(p.id).set(&probe::name, "x").when(&probe::revision, 1)), errc::conflict);
  EXPECT_EQ(b.error_of(update<probe>(probe_id{}).set(&probe::name, "x").when(&probe::revision, 0)), errc::not_found);
  EXPECT_TRUE(b.write(update<probe>(p.id).set(&probe::revision, 1).when(&probe::revision, 0).when(&probe::rank, 1)));
  EXPECT_EQ(b.find(p.id)->revision, 1);
}

void knows_every_comparison(bench& b) {
  auto p = b.sample(1);
  p.rank = 5;
  b.write(insert(p)).value();
  auto const holds = [&](std::string column, comparison op, value operand) {
    return b.write(require_row{"probes", p.id.value, {condition(std::move(column), op, std::move(operand))}})
        .has_value();
  };
  auto const number = [](std::int64_t n) { return value(n); };

  EXPECT_TRUE(holds("rank", comparison::equal, number(5)));
  EXPECT_FALSE(holds("rank", comparison::equal, number(4)));
  EXPECT_TRUE(holds("rank", comparison::not_equal, number(4)));
  EXPECT_FALSE(holds("rank", comparison::not_equal, number(5)));
  EXPECT_TRUE(holds("rank", comparison::less, number(6)));
  EXPECT_FALSE(holds("rank", comparison::less, number(5)));
  EXPECT_TRUE(holds("rank", comparison::less_equal, number(5)));
  EXPECT_TRUE(holds("rank", comparison::greater, number(4)));
  EXPECT_FALSE(holds("rank", comparison::greater, number(5)));
  EXPECT_TRUE(holds("rank", comparison::greater_equal, number(5)));
  EXPECT_TRUE(holds("label", comparison::is_null, value()));
  EXPECT_FALSE(holds("label", comparison::is_not_null, value()));
  EXPECT_TRUE(holds("extra", comparison::is_null, value()));
  for (auto const op : {comparison::equal, comparison::not_equal, comparison::less, comparison::greater_equal}) {
    EXPECT_FALSE(holds("label", op, value()));
    EXPECT_FALSE(holds("label", op, value("x")));
    EXPECT_FALSE(holds("rank", op, value()));
  }
}

void erases_rows(bench& b) {
  b.fill(1, 2);

  EXPECT_EQ(b.error_of(erase<probe>(probe_id{numbered(1)}).when(&probe::rank, 9)), errc::conflict);
  EXPECT_EQ(b.write(erase<probe>(probe_id{numbered(1)}).when(&probe::rank, 1)).value().rows, 1U);
  EXPECT_EQ(b.error_of(erase<probe>(probe_id{numbered(1)})), errc::not_found);
  EXPECT_EQ(b.ranks(all()), numbers{2});
}

void requires_without_changing(bench& b) {
  b.fill(1, 1);
  probe_id const id{numbered(1)};

  EXPECT_EQ(b.write(require<probe>(id)).value().rows, 0U);
  EXPECT_TRUE(b.write(require<probe>(id).when(&probe::rank, 1)));
  EXPECT_EQ(b.error_of(require<probe>(id).when(&probe::rank, 2)), errc::conflict);
  EXPECT_EQ(b.error_of(require<probe>(probe_id{})), errc::not_found);
}

void increments_or_inserts(bench& b) {
  probe_counter const first{"a", 1, 10, "first"}, second{"a", 2, 20, "second"};

  EXPECT_EQ(b.write(increment(first, &probe_counter::hits)).value().rows, 1U);
  EXPECT_EQ(b.write(increment(second, &probe_counter::hits, &probe_counter::tokens)).value().rows, 1U);

  auto const stored = sync_wait(collection<probe_counter>(*b.store, b.ours).get(std::string("a"))).value();
  EXPECT_EQ(stored.hits, 3);
  EXPECT_EQ(stored.tokens, 30);
  EXPECT_EQ(stored.note, "first");
}

void adds_nothing_to_a_row_that_is_there(bench& b) {
  EXPECT_TRUE(b.write(increment(probe_counter{"a", 1, 0, "first"})));
  EXPECT_TRUE(b.write(increment(probe_counter{"a", 2, 0, "second"})));
  EXPECT_EQ(b.hits("a"), 1);
}

void refuses_sums_out_of_range(bench& b) {
  b.write(increment(probe_counter{"up", highest, 0, ""}, &probe_counter::hits)).value();
  b.write(increment(probe_counter{"down", lowest, 0, ""}, &probe_counter::hits)).value();

  probe_counter const fresh{"new", 1, 0, ""};
  probe_counter const one_more{"up", 1, 0, ""};
  auto const why =
      b.write(batch().add(increment(fresh, &probe_counter::hits)).add(increment(one_more, &probe_counter::hits)));

  EXPECT_EQ(why.error().code, errc::invalid_argument);
  EXPECT_EQ(why.error().issues.front().path, "changes[1]");
  EXPECT_EQ(b.error_of(increment(probe_counter{"down", -1, 0, ""}, &probe_counter::hits)), errc::invalid_argument);
  EXPECT_EQ(b.hits("up"), highest);
  EXPECT_EQ(b.hits("down"), lowest);
  EXPECT_EQ(b.read(query("probe_counters")).value().items.size(), 2U);
  EXPECT_TRUE(b.write(increment(probe_counter{"up", -1, 0, ""}, &probe_counter::hits)));
}

void refuses_to_add_to_what_is_no_number(bench& b) {
  auto const c = std::get<increment_row>(increment(probe_counter{"a", 1, 1, ""}));
  for (std::string const column : {"name", "note", "nothing"}) {
    auto spoiled = c;
    spoiled.add = {column};
    EXPECT_EQ(b.error_of(spoiled), errc::invalid_argument) << column;
  }
}

void does_a_batch_in_order(bench& b) {
  auto const p = b.sample(1);
  batch steps;
  steps.add(insert(p))
      .add(require<probe>(p.id).when(&probe::revision, 0))
      .add(update<probe>(p.id).set(&probe::revision, 1).when(&probe::revision, 0))
      .add(require<probe>(p.id).when(&probe::revision, 1))
      .add(erase<probe>(p.id))
      .add(insert(p));

  EXPECT_EQ(b.write(steps).value().rows, 4U);
  EXPECT_EQ(b.find(p.id), p);
}

void does_all_of_a_batch_or_nothing(bench& b) {
  b.fill(1, 3);
  auto const before = b.probes(all());
  std::vector<std::pair<change, errc>> const failing{
      {insert(b.sample(2)), errc::already_exists},
      {update<probe>(probe_id{}).set(&probe::name, "x"), errc::not_found},
      {update<probe>(probe_id{numbered(2)}).set(&probe::name, "x").when(&probe::rank, 0), errc::conflict},
      {erase<probe>(probe_id{}), errc::not_found},
      {require<probe>(probe_id{numbered(3)}).when(&probe::rank, 0), errc::conflict}};
  for (auto const& [bad, code] : failing) {
    batch steps;
    steps.add(insert(b.sample(4)))
        .add(update<probe>(probe_id{numbered(1)}).set(&probe::name, "changed"))
        .add(erase<probe>(probe_id{numbered(2)}))
        .add(insert(b.sample(2)))
        .add(increment(probe_counter{"a", 1, 1, ""}, &probe_counter::hits))
        .add(bad)
        .add(insert(b.sample(5)));

    auto const why = b.write(steps).error();

    EXPECT_EQ(why.code, code);
    ASSERT_EQ(why.issues.size(), code == errc::conflict ? 2U : 1U);
    EXPECT_EQ(why.issues.front().path, "changes[5]");
    EXPECT_EQ(b.probes(all()), before);
    EXPECT_TRUE(b.read(query("probe_counters")).value().items.empty());
    EXPECT_EQ(b.search("changed"), numbers{});
  }
}

void names_the_columns_whose_conditions_do_not_hold(bench& b) {
  auto p = b.sample(1);
  p.due_at.reset();
  b.write(insert(p)).value();
  auto const lost = [&](change c) {
    std::vector<std::string> paths;
    auto const fresh = b.sample(2);
    auto const why = b.write(batch().add(insert(fresh)).add(std::move(c))).error();
    EXPECT_EQ(why.code, errc::conflict);
    for (auto const& one : why.issues) paths.push_back(one.path);
    return paths;
  };
  using paths = std::vector<std::string>;
  auto const stale = p.revision + 1;

  EXPECT_EQ(lost(update<probe>(p.id).set(&probe::name, "x").when(&probe::revision, stale).when(&probe::rank, p.rank)),
            (paths{"changes[1]", "changes[1].revision"}));
  EXPECT_EQ(lost(erase<probe>(p.id)
                     .when(&probe::name, p.name)
                     .when(&probe::revision, stale)
                     .when(where(&probe::due_at, comparison::less, std::optional(p.made_at)))),
            (paths{"changes[1]", "changes[1].revision", "changes[1].due_at"}));
  EXPECT_EQ(lost(require<probe>(p.id).when(condition("due_at", comparison::is_not_null))),
            (paths{"changes[1]", "changes[1].due_at"}));
}

}  // namespace

cases changes() {
  return {
      {"RefusesASecondRowWithTheSameKey", refuses_a_second_row_with_the_same_key},
      {"KeepsUniqueIndexesUniqueExceptForNulls", keeps_unique_indexes_unique_except_for_nulls},
      {"FreesAUniqueValueWhenItsRowGoes", frees_a_unique_value_when_its_row_goes},
      {"UpdatesTheNamedColumnsOnly", updates_the_named_columns_only},
      {"UpdatesOnlyWhenEveryConditionHolds", updates_only_when_every_condition_holds},
      {"KnowsEveryComparison", knows_every_comparison},
      {"ErasesRows", erases_rows},
      {"RequiresWithoutChanging", requires_without_changing},
      {"IncrementsOrInserts", increments_or_inserts},
      {"AddsNothingToARowThatIsThere", adds_nothing_to_a_row_that_is_there},
      {"RefusesSumsOutOfRange", refuses_sums_out_of_range},
      {"RefusesToAddToWhatIsNoNumber", refuses_to_add_to_what_is_no_number},
      {"DoesABatchInOrder", does_a_batch_in_order},
      {"DoesAllOfABatchOrNothing", does_all_of_a_batch_or_nothing},
      {"NamesTheColumnsWhoseConditionsDoNotHold", names_the_columns_whose_conditions_do_not_hold},
  };
}

}  // namespace sambung::testing::conformance
