// The storage that tests of services run on: SAMBUNG_TEST_STORAGE names the backend, "memory:" (the default), "sqlite:"
// or "postgresql:".
#pragma once

#include "support/postgres_database.hpp"
#include "temporary_folder.hpp"

#include <sambung/storage/memory.hpp>
#include <sambung/storage/sqlite/sqlite.hpp>

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

inline std::string tested_backend() {
  char const* const named = std::getenv("SAMBUNG_TEST_STORAGE");
  return named ? named : "memory:";
}

// Empty and not migrated.
inline std::shared_ptr<storage> fresh_storage() {
  auto const backend = tested_backend();
  if (backend == "memory:") return memory_storage();
  if (backend == "sqlite:") return fresh_sqlite();
  if (backend == "postgresql:") return fresh_postgres();
  throw std::runtime_error("SAMBUNG_TEST_STORAGE must be memory:, sqlite: or postgresql:");
}

// A database that is opened again, as the next process does. One process at a time.
class lasting_database {
 public:
  std::shared_ptr<storage> open() {
    auto const backend = tested_backend();
    if (backend == "memory:") return memory_;
    if (backend == "sqlite:") return open_sqlite(sqlite_options(folder_.path() / "test.db")).value();
    if (!postgres_) postgres_.emplace();
    return open_postgres(postgres_->options()).value();
  }

 private:
  std::shared_ptr<storage> memory_ = memory_storage();
  testing::temporary_folder folder_;
  std::optional<postgres_database> postgres_;
};

}  // namespace sambung::tests
