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

void refuses_a_database_that_is_newer(bench& b) {
  auto const with = [](int version) {
    auto module = module_schema("probes").table<probe>().table<probe_counter>().table<probe_setting>();
    for (int v = 2; v <= version; ++v) module.migrate(v, {});
    return std::make_shared<schema const>(std::vector<module_schema>{module});
  };
  b.fill(1, 1);
  sync_wait(b.store->migrate(with(3))).value();

  EXPECT_EQ(sync_wait(b.store->migrate(with(2))).error().code, errc::unsupported);
  EXPECT_EQ(b.ranks(all()), numbers{1});
}

void answers_checks(bench& b) { EXPECT_TRUE(sync_wait(b.store->check())); }

}  // namespace

cases migration() {
  return {
      {"MigratesTwiceToTheSame", migrates_twice_to_the_same},
      {"TakesAModuleMore", takes_a_module_more},
      {"RefusesADatabaseThatIsNewer", refuses_a_database_that_is_newer},
      {"AnswersChecks", answers_checks},
  };
}

}  // namespace sambung::testing::conformance
