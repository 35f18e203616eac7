// Reading a SQLite file: one reader is a connection, sqlite_readers are several, each with a thread.
#pragma once

#include <sambung/storage/scope.hpp>

#include "core/blocking_pool.hpp"
#include "storage/migrating.hpp"
#include "storage/sqlite/sqlite_connection.hpp"
#include "storage/sqlite/sqlite_dialect.hpp"
#include "storage/sqlite/sqlite_indexing.hpp"

#include <filesystem>
#include <type_traits>

namespace sambung::sql {

// What f() returns, or the error it throws.
template <class F>
auto outcome_of(F&& f) -> result<std::invoke_result_t<F&>> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
      f();
      return {};
    } else {
      return f();
    }
  } catch (error const& e) {
    return e.why();
  }
}

// Used by one thread at a time. Throws error.
class sqlite_reader {
 public:
  sqlite_reader(std::filesystem::path const& path, connection_kind kind) : connection_(path, kind) {}

  sqlite_connection& connection() { return connection_; }

  rows find(schema_ref const& s, scope const& who, record_description const& table, query const& q);
  rows find(schema_ref const& s, scope const& who, record_description const& table, text_query const& q);
  std::vector<tenant_id> tenants(schema_ref const& s, record_description const& table, std::optional<tenant_id> after);
  void ping() { connection_.run("SELECT count(*) FROM sqlite_schema"); }

 private:
  void use(schema_ref const& s);
  // The rows with the keys that a statement finds.
  rows rows_of(running_statement& keys, scope const& who, record_description const& table, std::size_t limit);

  sqlite_dialect dialect_;
  sqlite_connection connection_;
  schema_ref prepared_for_;
};

// Thread safety: safe to use from any thread.
class sqlite_readers {
 public:
  sqlite_readers(std::vector<std::unique_ptr<sqlite_reader>> all, std::size_t max_queued)
      : all_(std::move(all)), pool_(all_.size(), max_queued) {}

  // `s` is null for a storage that was not migrated.
  task<result<rows>> find(schema_ref s, scope who, query q) { return checked(std::move(s), who, std::move(q)); }
  task<result<rows>> find(schema_ref s, scope who, text_query q) { return checked(std::move(s), who, std::move(q)); }

  task<result<std::vector<tenant_id>>> tenants(schema_ref s, scope who, std::string table,
                                               std::optional<tenant_id> after) {
    if (!s) co_return detail::not_migrated();
    auto const found = check_tenants(*s, who, table);
    if (!found) co_return found.error();
    auto walk = [&](sqlite_reader& reader) { return reader.tenants(s, **found, after); };
    co_return co_await run(std::move(walk));
  }

  task<result<std::optional<value>>> lacking_words(schema_ref s, scope who, std::string table) {
    auto const found = check_searched(*s, who, table);
    if (!found) co_return found.error();
    auto ask = [&](sqlite_reader& reader) { return sql::lacking_words(reader.connection(), who, **found); };
    co_return co_await run(std::move(ask));
  }

  task<result<void>> ping() {
    return run([](sqlite_reader& reader) { reader.ping(); });
  }

  std::size_t waiting() const { return pool_.waiting(); }
  void tell_waits(blocking_pool::wait_listener to) { pool_.tell_waits(std::move(to)); }

  // f(reader) on the reader's thread; an error that it throws is the outcome.
  template <class F>
  task<result<std::invoke_result_t<F&, sqlite_reader&>>> run(F f) {
    auto on_thread = [this, &f](std::size_t worker) { return outcome_of([&] { return f(*all_[worker]); }); };
    co_return co_await pool_.run(std::move(on_thread));
  }

 private:
  template <class Query>
  task<result<rows>> checked(schema_ref s, scope who, Query q) {
    if (!s) co_return detail::not_migrated();
    auto const table = sambung::check(*s, who, q);
    if (!table) co_return table.error();
    auto search = [&](std::size_t worker) {
      return outcome_of([&] { return all_[worker]->find(s, who, **table, q); });
    };
    co_return co_await pool_.run(std::move(search));
  }

  // In this order: the threads end before the readers.
  std::vector<std::unique_ptr<sqlite_reader>> all_;
  blocking_pool pool_;
};

}  // namespace sambung::sql
