// Migration, and checks.
#include "testing/conformance_bench.hpp"

namespace sambung::testing::conformance {
namespace {

void migrates_twice_to_the_same(bench& b) {
  b.fill(1, 2);

  EXPECT_TRUE(sync_wait(b.store->migrate(probe_schema())));
  EXPECT_EQ(b.ranks(all()), (numbers{2, 1}));
  EXPECT_TRUE(b.write(insert(b.sample(3))));
}

void takes_a_module_more(bench& b) {
  b.fill(1, 1);
  auto const two = std::make_shared<schema const>(std::vector<module_schema>{
      module_schema("probes").table<probe>().table<probe_counter>().table<probe_setting>(), module_schema("empty")});

  EXPECT_TRUE(sync_wait(b.store->migrate(two)));
  EXPECT_EQ(b.ranks(all()), numbers{1});
}

schema_ref of_version(int version) {
  auto module = module_schema("probes").table<probe>().table<probe_counter>().table<probe_setting>();
  for (int v = 2; v <= version; ++v) module.migrate(v, {});
  return std::make_shared<schema const>(std::vector<module_schema>{module});
}

void refuses_a_database_that_is_newer(bench& b) {
  b.fill(1, 1);
  sync_wait(b.store->migrate(of_version(3))).value();

  EXPECT_EQ(sync_wait(b.store->migrate(of_version(2))).error().code, errc::unsupported);
  EXPECT_EQ(b.ranks(all()), numbers{1});
}

// There is one probe of each colour at most from its second version on.
schema_ref of_different_colours() {
  auto table = description_of<probe>();
  index const by_color{{"color"}, true};
  table.indexes.push_back(by_color);
  auto module = module_schema("probes").table(std::move(table)).table<probe_counter>().table<probe_setting>();
  module.migrate(2, {add_index{"probes", by_color}});
  return std::make_shared<schema const>(std::vector<module_schema>{module});
}

void refuses_a_step_that_rows_do_not_fit(bench& b) {
  b.fill(1, 2);

  EXPECT_EQ(sync_wait(b.store->migrate(of_different_colours())).error().code, errc::conflict);
  EXPECT_EQ(b.ranks(all()), (numbers{2, 1}));
  b.write(erase<probe>(b.sample(2).id)).value();
  EXPECT_TRUE(sync_wait(b.store->migrate(of_different_colours())));
  EXPECT_EQ(b.error_of(insert(b.sample(3))), errc::already_exists);
}

// A backend that can only migrate says errc::unsupported to all of it.
void adopts_what_is_there_and_migrates_nothing(bench& b) {
  b.fill(1, 1);
  sync_wait(b.store->migrate(of_version(2))).value();

  for (int other : {1, 3}) EXPECT_EQ(sync_wait(b.store->adopt(of_version(other))).error().code, errc::unsupported);
  auto const same = sync_wait(b.store->adopt(of_version(2)));
  EXPECT_TRUE(same || same.error().code == errc::unsupported);
  EXPECT_EQ(b.ranks(all()), numbers{1});
  EXPECT_TRUE(sync_wait(b.store->migrate(of_version(2)))) << "it is of the version that it was";
}

void answers_checks(bench& b) { EXPECT_TRUE(sync_wait(b.store->check())); }

}  // namespace

cases migration() {
  return {
      {"MigratesTwiceToTheSame", migrates_twice_to_the_same},
      {"TakesAModuleMore", takes_a_module_more},
      {"RefusesADatabaseThatIsNewer", refuses_a_database_that_is_newer},
      {"RefusesAStepThatRowsDoNotFit", refuses_a_step_that_rows_do_not_fit},
      {"AdoptsWhatIsThereAndMigratesNothing", adopts_what_is_there_and_migrates_nothing},
      {"AnswersChecks", answers_checks},
  };
}

}  // namespace sambung::testing::conformance
