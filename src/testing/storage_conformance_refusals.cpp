// What a storage refuses: values, queries and batches.
#include "testing/conformance_bench.hpp"

#include <limits>

namespace sambung::testing::conformance {
namespace {

void refuses_values_that_do_not_fit(bench& b) {
  auto const refused = [&](auto spoil) {
    auto c = std::get<insert_row>(insert(b.sample(1)));
    spoil(c.values);
    EXPECT_EQ(b.error_of(c), errc::invalid_argument);
  };
  refused([](row& r) { r[2] = std::string("a\0b", 3); });
  refused([](row& r) { r[2] = std::string("\xff"); });
  refused([](row& r) { r[2] = std::string(201, 'x'); });
  refused([](row& r) { r[2] = value(); });
  refused([](row& r) { r[2] = std::int64_t(1); });
  refused([](row& r) { r[5] = 1.5; });
  refused([](row& r) { r[6] = std::numeric_limits<double>::quiet_NaN(); });
  refused([](row& r) { r[6] = std::numeric_limits<double>::infinity(); });
  refused([](row& r) { r[10] = std::string("{not json"); });
  refused([](row& r) { r[10] = std::string(R"("\u0000")"); });
  refused([](row& r) { r.pop_back(); });
  refused([](row& r) { r.push_back(value()); });
  EXPECT_EQ(b.ranks(all()), numbers{});
}

void names_every_fault_of_a_batch(bench& b) {
  auto broken = std::get<insert_row>(insert(b.sample(1)));
  broken.values[2] = value();
  broken.values[4] = value();
  batch several;
  several.add(insert(b.sample(2))).add(broken).add(update<probe>(probe_id{}).set(&probe::name, "a\xff"));

  auto const why = b.write(several).error();

  EXPECT_EQ(why.code, errc::invalid_argument);
  ASSERT_EQ(why.issues.size(), 3U);
  EXPECT_EQ(why.issues[0].path, "changes[1].name");
  EXPECT_EQ(why.issues[1].path, "changes[1].active");
  EXPECT_EQ(why.issues[2].path, "changes[2].name");
  EXPECT_EQ(b.ranks(all()), numbers{});
}

void refuses_unknown_tables_and_columns(bench& b) {
  EXPECT_EQ(b.error_of(insert_row{"nothing", {}}), errc::invalid_argument);
  EXPECT_EQ(b.error_of(update_row{"probes", numbered(1), {{"nothing", value()}}, {}}), errc::invalid_argument);
  EXPECT_EQ(b.error_of(update_row{"probes", numbered(1), {{"id", numbered(2)}}, {}}), errc::invalid_argument);
  EXPECT_EQ(b.error_of(update_row{"probes", numbered(1), {}, {}}), errc::invalid_argument);
  EXPECT_EQ(b.error_of(erase_row{"probes", std::string("1"), {}}), errc::invalid_argument);
  EXPECT_EQ(b.error_of(erase_row{"probes", value(), {}}), errc::invalid_argument);
  EXPECT_EQ(b.error_of(query("nothing")), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().where("nothing", comparison::equal, value())), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().order({"nothing"}, direction::ascending)), errc::invalid_argument);
}

void refuses_queries_that_no_index_covers(bench& b) {
  EXPECT_EQ(b.error_of(all().where("revision", comparison::equal, value(std::int64_t(1)))), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().order({"revision"}, direction::ascending)), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().order({"label"}, direction::ascending)), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().where("made_at", comparison::less, value(std::int64_t(1)))), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().where("name", comparison::not_equal, value("x"))), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().where("tags", comparison::equal, value("[]"))), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().where("name", comparison::equal, value(true))), errc::invalid_argument);
}

void refuses_limits_out_of_range(bench& b) {
  EXPECT_EQ(b.error_of(all().limit(0)), errc::invalid_argument);
  EXPECT_EQ(b.error_of(all().limit(max_rows + 1)), errc::invalid_argument);
  EXPECT_TRUE(b.read(all().limit(max_rows)));
}

void refuses_batches_over_the_limits(bench& b) {
  batch many;
  for (std::size_t i = 0; i <= max_batch_changes; ++i) many.add(require<probe>(probe_id{}));

  auto const refused = b.write(std::move(many));

  EXPECT_EQ(refused.error().code, errc::payload_too_large);
}

void takes_a_batch_of_the_largest_size(bench& b) {
  batch many;
  for (std::size_t i = 0; i < max_batch_changes; ++i) {
    probe_counter c;
    c.name = "c" + std::to_string(i);
    many.add(insert(c));
  }

  auto const done = b.write(std::move(many));

  EXPECT_EQ(done.value().rows, max_batch_changes);
}

void takes_an_empty_batch(bench& b) { EXPECT_EQ(b.write(batch()).value().rows, 0U); }

}  // namespace

cases refusals() {
  return {
      {"RefusesValuesThatDoNotFit", refuses_values_that_do_not_fit},
      {"NamesEveryFaultOfABatch", names_every_fault_of_a_batch},
      {"RefusesUnknownTablesAndColumns", refuses_unknown_tables_and_columns},
      {"RefusesQueriesThatNoIndexCovers", refuses_queries_that_no_index_covers},
      {"RefusesLimitsOutOfRange", refuses_limits_out_of_range},
      {"RefusesBatchesOverTheLimits", refuses_batches_over_the_limits},
      {"TakesABatchOfTheLargestSize", takes_a_batch_of_the_largest_size},
      {"TakesAnEmptyBatch", takes_an_empty_batch},
  };
}

}  // namespace sambung::testing::conformance
