#include <sambung/storage/memory.hpp>
#include <sambung/storage/sqlite/sqlite.hpp>
#include <sambung/testing/storage_difference.hpp>

#include "support/postgres_database.hpp"
#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>

namespace sambung::differential_test {
namespace {

std::uint64_t number_from(char const* variable, std::uint64_t otherwise) {
  char const* const text = std::getenv(variable);
  return text ? std::stoull(text) : otherwise;
}

// SAMBUNG_SEED repeats a run; SAMBUNG_OPERATIONS makes it longer.
void expect_no_difference(storage& subject, std::uint64_t usual_operations) {
  auto const seed = number_from("SAMBUNG_SEED", std::random_device()());
  auto const operations = number_from("SAMBUNG_OPERATIONS", usual_operations);
  std::cout << "seed " << seed << ", " << operations << " operations\n";
  auto const memory = memory_storage();

  auto const difference =
      sync_wait(testing::storage_difference(*memory, subject, testing::difference_options(seed, operations)));

  EXPECT_EQ(difference, std::nullopt);
}

TEST(StorageDifference, SqliteAnswersAsMemoryDoes) {
  testing::temporary_folder folder;
  sqlite_options options(folder.path() / "test.db");
  options.durability = durability::relaxed;
  auto const sqlite = open_sqlite(options).value();

  expect_no_difference(*sqlite, 100'000);
}

TEST(StorageDifference, PostgresAnswersAsMemoryDoes) {
  auto const postgres = tests::fresh_postgres();

  expect_no_difference(*postgres, 20'000);
}

}  // namespace
}  // namespace sambung::differential_test
