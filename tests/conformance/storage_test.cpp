#include <sambung/storage/memory.hpp>
#include <sambung/storage/sqlite.hpp>
#include <sambung/testing/storage_conformance.hpp>

#include "support/postgres_database.hpp"
#include "temporary_folder.hpp"

namespace {

// A database in a folder of its own, which goes when the storage does.
std::shared_ptr<sambung::storage> fresh_sqlite() {
  struct database {
    sambung::testing::temporary_folder folder;
    std::shared_ptr<sambung::storage> store;
  };
  auto owner = std::make_shared<database>();
  owner->store = sambung::open_sqlite(sambung::sqlite_options(owner->folder.path() / "test.db")).value();
  return std::shared_ptr<sambung::storage>(owner, owner->store.get());
}

SAMBUNG_STORAGE_CONFORMANCE(MemoryStorage, sambung::memory_storage);
SAMBUNG_STORAGE_CONFORMANCE(SqliteStorage, fresh_sqlite);
SAMBUNG_STORAGE_CONFORMANCE(PostgresStorage, sambung::tests::fresh_postgres);

}  // namespace
