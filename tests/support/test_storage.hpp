// The storage that tests of services run on: SAMBUNG_TEST_STORAGE names the backend, "memory:" (the default), "sqlite:"
// or "postgresql:".
#pragma once

#include "support/postgres_database.hpp"
#include "temporary_folder.hpp"

#include <sambung/storage/memory.hpp>
#include <sambung/storage/sqlite.hpp>

namespace sambung::tests {

// In a folder of its own, which goes when the storage does.
inline std::shared_ptr<storage> fresh_sqlite() {
  struct owner {
    testing::temporary_folder folder;
    std::shared_ptr<storage> store;
  };
  auto made = std::make_shared<owner>();
  made->store = open_sqlite(sqlite_options(made->folder.path() / "test.db")).value();
  return std::shared_ptr<storage>(made, made->store.get());
}

// Empty and not migrated.
inline std::shared_ptr<storage> fresh_storage() {
  char const* const named = std::getenv("SAMBUNG_TEST_STORAGE");
  std::string const backend = named ? named : "memory:";
  if (backend == "memory:") return memory_storage();
  if (backend == "sqlite:") return fresh_sqlite();
  if (backend == "postgresql:") return fresh_postgres();
  throw std::runtime_error("SAMBUNG_TEST_STORAGE must be memory:, sqlite: or postgresql:");
}

}  // namespace sambung::tests
