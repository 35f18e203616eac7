// Storage by URL. Whoever calls this links every backend that was built in, because only the URL says which one is
// meant; a program that knows its backend calls open_sqlite(), open_postgres() or memory_storage(), and links that one.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/storage.hpp>

#include <memory>
#include <string_view>

namespace sambung {

// "memory:", "sqlite:PATH", "postgresql://...". A SQLite path may also be spelt as SQLAlchemy does:
// "sqlite:///relative.db", "sqlite:////absolute.db". `migrator_url` is PostgreSQL's, see postgres.hpp.
// errc::invalid_argument for another scheme, errc::unsupported for one that was not built in, and what the adapter
// says: see sqlite.hpp, postgres.hpp.
SAMBUNG_API result<std::shared_ptr<storage>> open_storage(std::string_view url, std::string_view migrator_url = {});

// Whether the URL is of a database that several processes work on at once: PostgreSQL.
SAMBUNG_API bool is_shared_database(std::string_view url);

// The file of a "sqlite:" URL; empty for another database.
SAMBUNG_API std::string_view database_file(std::string_view url);

// The same database as it is at the first read, for copies and backups while it is in use; read only. Memory has none.
SAMBUNG_API result<std::shared_ptr<storage>> open_snapshot(std::string_view url);

}  // namespace sambung
