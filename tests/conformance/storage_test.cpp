#include <sambung/testing/storage_conformance.hpp>

#include "support/test_storage.hpp"

namespace {

SAMBUNG_STORAGE_CONFORMANCE(MemoryStorage, sambung::memory_storage);
SAMBUNG_STORAGE_CONFORMANCE(SqliteStorage, sambung::tests::fresh_sqlite);
SAMBUNG_STORAGE_CONFORMANCE(PostgresStorage, sambung::tests::fresh_postgres);

}  // namespace
