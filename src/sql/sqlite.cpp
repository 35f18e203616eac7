#include <sambung/storage/sqlite.hpp>

#include "core/blocking_pool.hpp"
#include "sql/file_lock.hpp"
#include "sql/sqlite_dialect.hpp"
#include "sql/sqlite_migration.hpp"
#include "sql/sqlite_writer.hpp"
#include "storage/checking.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>

namespace sambung {
namespace {

using sql::connection_kind;
using sql::running_statement;
using sql::sqlite_connection;
using sql::step_outcome;

// One reader connection; used by one thread at a time.
class reader {
 public:
  explicit reader(std::filesystem::path const& path) : connection_(path, connection_kind::reader, false) {}

  rows read(schema_ref const& s, scope const& who, record_description const& table, query const& q) {
    use(s);
    auto const text = [&] { return sql::select_text(dialect_, table, q); };
    running_statement run(connection_.prepared(sql::shape_of(q), text));
    sql::put_parameters(run, who, q);
    return fetch(run, table, q.limit());
  }

  rows search(schema_ref const& s, scope const& who, record_description const& table, text_query const& q) {
    auto const words = search_words(q.text());
    if (words.empty()) return rows();
    use(s);
    auto const match = sql::match_expression(who, words);
    running_statement run(connection_.prepared(sql::shape_of(q), [&] { return sql::search_text(table, q); }));
    run.put_text(match);
    if (!who.is_system()) run.put(who.tenant().value);
    sql::put_search_tail(run, q);
    return fetch(run, table, q.limit());
  }

  void ping() { connection_.run("SELECT count(*) FROM sqlite_schema"); }

 private:
  void use(schema_ref const& s) {
    if (s == prepared_for_) return;
    connection_.forget_statements();
    prepared_for_ = s;
  }

  static rows fetch(running_statement& run, record_description const& table, std::size_t limit) {
    rows out;
    while (run.step() == step_outcome::row) {
      if (out.items.size() == limit) {
        out.more = true;
        break;
      }
      auto& item = out.items.emplace_back();
      item.reserve(table.fields.size());
      for (std::size_t i = 0; i < table.fields.size(); ++i)
        item.push_back(run.read(static_cast<int>(i), table.fields[i]));
    }
    return out;
  }

  sql::sqlite_dialect dialect_;
  sqlite_connection connection_;
  schema_ref prepared_for_;
};

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

class sqlite final : public storage {
 public:
  explicit sqlite(sqlite_options const& options)
      : lock_(options.path.string() + "-lock", options.lock_wait),
        writer_(make_writer(options), options.max_queued_writes, options.max_group),
        readers_(make_readers(options)),
        pool_(readers_.size(), options.max_queued_reads) {}

  task<result<void>> migrate(schema_ref s) override {
    if (auto wrong = s->check(); !wrong.empty()) co_return detail::invalid(std::move(wrong));
    std::function<void(sqlite_connection&)> step = [&s](sqlite_connection& c) { sql::migrate(c, *s); };
    auto outcome = co_await writer_.exclusively(std::move(step));
    if (outcome) schema_.store(std::move(s));
    co_return outcome;
  }

  task<result<rows>> read(scope who, query q) override { return find(who, std::move(q), &reader::read); }
  task<result<rows>> search(scope who, text_query q) override { return find(who, std::move(q), &reader::search); }

  task<result<receipt>> write(scope who, batch b) override {
    auto s = schema_.load();
    if (!s) co_return not_migrated();
    if (auto valid = sambung::check(*s, who, b); !valid) co_return valid.error();
    co_return co_await writer_.write(std::move(s), who, std::move(b));
  }

  task<result<void>> check() override {
    auto ping = [this](std::size_t worker) { return outcome_of([&] { readers_[worker]->ping(); }); };
    co_return co_await pool_.run(std::move(ping));
  }

 private:
  using readers = std::vector<std::unique_ptr<reader>>;

  // The file and what SQLite puts beside it are for their owner only.
  static std::unique_ptr<sqlite_connection> make_writer(sqlite_options const& options) {
    int const file = ::open(options.path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) throw error(errc::unavailable, "cannot open the database file " + options.path.string());
    ::close(file);
    return std::make_unique<sqlite_connection>(options.path, connection_kind::writer,
                                               options.durability == durability::full);
  }

  static readers make_readers(sqlite_options const& options) {
    readers out;
    for (std::size_t i = 0; i < std::max<std::size_t>(options.readers, 1); ++i)
      out.push_back(std::make_unique<reader>(options.path));
    return out;
  }

  template <class Query, class Find>
  task<result<rows>> find(scope who, Query q, Find how) {
    auto const s = schema_.load();
    if (!s) co_return not_migrated();
    auto const table = sambung::check(*s, who, q);
    if (!table) co_return table.error();
    auto search = [&](std::size_t worker) {
      return outcome_of([&] { return ((*readers_[worker]).*how)(s, who, **table, q); });
    };
    co_return co_await pool_.run(std::move(search));
  }

  static failure not_migrated() { return failure(errc::internal, "the storage was not migrated"); }

  // In this order: the lock outlives every connection, the pool's threads end before the readers.
  sql::file_lock lock_;
  std::atomic<schema_ref> schema_;
  sql::sqlite_writer writer_;
  readers readers_;
  blocking_pool pool_;
};

}  // namespace

result<std::shared_ptr<storage>> open_sqlite(sqlite_options options) {
  return outcome_of([&]() -> std::shared_ptr<storage> {
    std::error_code ignored;
    // An absolute path is never one of SQLite's special names, such as ":memory:".
    auto absolute = std::filesystem::absolute(options.path, ignored);
    if (options.path.empty() || ignored) throw error(errc::unavailable, "not a path of a database file");
    options.path = std::move(absolute);
    return std::make_shared<sqlite>(options);
  });
}

result<std::shared_ptr<storage>> open_sqlite_snapshot(std::filesystem::path) {
  return failure(errc::unsupported, "snapshots of SQLite files come with the next commit");
}

}  // namespace sambung
