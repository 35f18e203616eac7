#include <sambung/storage/memory.hpp>
#include <sambung/storage/sqlite.hpp>
#include <sambung/testing/storage_difference.hpp>

#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>

namespace sambung {
namespace {

std::uint64_t number_from(char const* variable, std::uint64_t otherwise) {
  char const* const text = std::getenv(variable);
  return text ? std::stoull(text) : otherwise;
}

// SAMBUNG_SEED repeats a run; SAMBUNG_OPERATIONS makes it longer.
TEST(StorageDifference, SqliteAnswersAsMemoryDoes) {
  auto const seed = number_from("SAMBUNG_SEED", std::random_device()());
  auto const operations = number_from("SAMBUNG_OPERATIONS", 100'000);
  std::cout << "seed " << seed << ", " << operations << " operations\n";
  testing::temporary_folder folder;
  sqlite_options options(folder.path() / "test.db");
  options.durability = durability::relaxed;
  auto const sqlite = open_sqlite(options).value();
  auto const memory = memory_storage();

  auto const difference =
      sync_wait(testing::storage_difference(*memory, *sqlite, testing::difference_options(seed, operations)));

  EXPECT_EQ(difference, std::nullopt);
}

}  // namespace
}  // namespace sambung
