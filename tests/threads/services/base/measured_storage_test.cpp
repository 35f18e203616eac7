// A measured storage whose first calls are made by several threads at once: each may meet the series of another.
#include "services/base/measured_storage.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/storage/memory.hpp>
#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

#include <thread>

namespace sambung::measured_storage_test {
namespace {

TEST(MeasuredStorageThreads, HandOverTheSeriesThatOneOfThemHasMade) {
  for (int round = 0; round < 50; ++round) {
    auto const all = std::make_shared<metrics>();
    storage_watch told;
    told.schema = standard_schema();
    told.metrics = std::make_shared<engine_metrics const>(all);
    told.clock = system_clock();
    auto const store = measured_storage(memory_storage(), told);
    sync_wait(store->migrate(told.schema)).value();
    {
      std::vector<std::jthread> callers;
      for (int i = 0; i < 4; ++i)
        callers.emplace_back([&] { sync_wait(store->read(testing::system_scope(), query("users"))).value(); });
    }

    std::uint64_t reads = 0;
    auto const durations = all->find("db_client_operation_duration_seconds").value();
    for (auto const& sample : durations.samples)
      if (sample.labels[1] == "read") reads += sample.count;
    EXPECT_EQ(reads, 4U);
  }
}

}  // namespace
}  // namespace sambung::measured_storage_test
