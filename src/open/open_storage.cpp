#include <sambung/open/open_storage.hpp>
#include <sambung/storage/memory.hpp>
#ifdef SAMBUNG_WITH_POSTGRES
#include <sambung/storage/postgres/postgres.hpp>
#endif
#ifdef SAMBUNG_WITH_SQLITE
#include <sambung/storage/sqlite/sqlite.hpp>
#endif

namespace sambung {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

// How a database is opened.
enum class view { live, snapshot };

bool is_sqlite(std::string_view url) { return url.substr(0, sqlite_scheme.size()) == sqlite_scheme; }

result<std::shared_ptr<storage>> open_file([[maybe_unused]] std::string_view path, [[maybe_unused]] view how) {
  if (path.empty()) return failure(errc::invalid_argument, "sqlite: needs a path, such as sqlite:sambung.db");
#ifdef SAMBUNG_WITH_SQLITE
  std::string file(path);
  if (how == view::snapshot) return open_sqlite_snapshot(std::move(file));
  return open_sqlite(sqlite_options(std::move(file)));
#else
  return failure(errc::unsupported, "SQLite is not built in");
#endif
}

result<std::shared_ptr<storage>> open_server([[maybe_unused]] std::string_view url,
                                             [[maybe_unused]] std::string_view migrator_url,
                                             [[maybe_unused]] view how) {
#ifdef SAMBUNG_WITH_POSTGRES
  postgres_options options{std::string(url)};
  options.migrator_url = migrator_url;
  return how == view::snapshot ? open_postgres_snapshot(std::move(options)) : open_postgres(std::move(options));
#else
  return failure(errc::unsupported, "PostgreSQL is not built in");
#endif
}

failure unknown_url() {
  return failure(errc::invalid_argument, "a database URL is memory:, sqlite:PATH or postgresql://...");
}

}  // namespace

result<std::shared_ptr<storage>> open_storage(std::string_view url, std::string_view migrator_url) {
  if (url == "memory:") return memory_storage();
  if (is_sqlite(url)) return open_file(database_file(url), view::live);
  if (is_shared_database(url)) return open_server(url, migrator_url, view::live);
  return unknown_url();
}

std::string_view database_file(std::string_view url) {
  if (!is_sqlite(url)) return {};
  url.remove_prefix(sqlite_scheme.size());
  if (url.starts_with("///")) url.remove_prefix(3);
  return url;
}

bool is_shared_database(std::string_view url) {
  return url.substr(0, 13) == "postgresql://" || url.substr(0, 11) == "postgres://";
}

result<std::shared_ptr<storage>> open_snapshot(std::string_view url) {
  if (url == "memory:") return failure(errc::unsupported, "memory: ends with its process and has no snapshots");
  if (is_sqlite(url)) return open_file(database_file(url), view::snapshot);
  if (is_shared_database(url)) return open_server(url, {}, view::snapshot);
  return unknown_url();
}

}  // namespace sambung
