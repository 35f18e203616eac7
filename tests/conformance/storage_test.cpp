#include <sambung/testing/storage_conformance.hpp>

#include "support/test_storage.hpp"

namespace sambung::storage_test {

SAMBUNG_STORAGE_CONFORMANCE(MemoryStorage, memory_storage);
SAMBUNG_STORAGE_CONFORMANCE(SqliteStorage, tests::fresh_sqlite);
SAMBUNG_STORAGE_CONFORMANCE(PostgresStorage, tests::fresh_postgres);

}  // namespace sambung::storage_test
