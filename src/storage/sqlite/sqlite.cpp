#include <sambung/storage/sqlite/sqlite.hpp>

#include "storage/checking.hpp"
#include "storage/migrating.hpp"
#include "storage/sqlite/file_lock.hpp"
#include "storage/sqlite/sqlite_indexing.hpp"
#include "storage/sqlite/sqlite_migration.hpp"
#include "storage/sqlite/sqlite_reader.hpp"
#include "storage/sqlite/sqlite_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

namespace sambung {
namespace {

using sql::connection_kind;
using sql::outcome_of;
using sql::sqlite_connection;
using sql::sqlite_reader;
using sql::sqlite_readers;

constexpr int steps_of_migration = 4;

class sqlite final : public storage {
 public:
  explicit sqlite(sqlite_options const& options)
      : lock_(options.path + "-lock", options.lock_wait),
        writer_(make_writer(options), options.max_queued_writes, options.max_group),
        readers_(make_readers(options), options.max_queued_reads) {}

  task<result<void>> migrate(schema_ref s) override {
    if (auto wrong = s->check(); !wrong.empty()) co_return detail::invalid(std::move(wrong));
    std::function<void(sqlite_connection&)> step = [&](sqlite_connection& c) {
      sql::migrate(c, *s);
      words_left_ = sql::any_words_left(c);
      // A small file has all of its words before it is served.
      for (int i = 0; i < steps_of_migration && words_left_; ++i) words_left_ = indexing_.step(c, *s);
    };
    auto outcome = co_await writer_.exclusively(std::move(step));
    if (outcome) schema_.store(std::move(s));
    co_return outcome;
  }

  task<result<void>> adopt(schema_ref s) override {
    if (auto wrong = s->check(); !wrong.empty()) co_return detail::invalid(std::move(wrong));
    auto compare = [&](sqlite_reader& reader) {
      sql::require_versions(reader.connection(), *s);
      words_left_ = sql::any_words_left(reader.connection());
    };
    auto outcome = co_await readers_.run(std::move(compare));
    if (outcome) schema_.store(std::move(s));
    co_return outcome;
  }

  task<result<rows>> read(scope who, query q) override { return readers_.find(schema_.load(), who, std::move(q)); }
  task<result<rows>> search(scope who, text_query q) override {
    return readers_.find(schema_.load(), who, std::move(q));
  }

  task<result<receipt>> write(scope who, batch b) override {
    auto s = schema_.load();
    if (!s) co_return detail::not_migrated();
    if (auto valid = sambung::check(*s, who, b); !valid) co_return valid.error();
    co_return co_await writer_.write(std::move(s), who, std::move(b));
  }

  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    return readers_.tenants(schema_.load(), who, std::move(table), after);
  }

  task<result<void>> check() override { return readers_.ping(); }

  task<result<bool>> index_words() override {
    if (!words_left_) co_return false;
    auto const s = schema_.load();
    std::function<void(sqlite_connection&)> step = [&](sqlite_connection& c) { words_left_ = indexing_.step(c, *s); };
    auto const outcome = co_await writer_.exclusively(std::move(step));
    if (!outcome) co_return outcome.error();
    co_return words_left_.load();
  }
  task<result<std::optional<value>>> lacking_words(scope who, std::string table) override {
    if (!words_left_) co_return std::optional<value>();
    co_return co_await readers_.lacking_words(schema_.load(), who, std::move(table));
  }

  bool is_shared() const override { return false; }
  std::string_view backend() const override { return "sqlite"; }
  void measure(std::shared_ptr<metrics> into) override {
    auto const measured = std::make_shared<detail::storage_metrics const>(std::move(into), backend());
    writer_.measure(measured);
    readers_.tell_waits(detail::wait_listener(measured, "reader"));
    watching_ = measured->watch(
        {{"reader", [this] { return readers_.waiting(); }}, {"writer", [this] { return writer_.waiting(); }}});
  }

 private:
  // The file and what SQLite puts beside it are for their owner only.
  static std::unique_ptr<sqlite_connection> make_writer(sqlite_options const& options) {
    int const file = ::open(options.path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) throw error(errc::unavailable, "cannot open the database file " + options.path);
    ::close(file);
    return std::make_unique<sqlite_connection>(options.path, connection_kind::writer,
                                               options.durability == durability::full);
  }

  static std::vector<std::unique_ptr<sqlite_reader>> make_readers(sqlite_options const& options) {
    std::vector<std::unique_ptr<sqlite_reader>> out;
    for (std::size_t i = 0; i < std::max<std::size_t>(options.readers, 1); ++i)
      out.push_back(std::make_unique<sqlite_reader>(options.path, connection_kind::reader));
    return out;
  }

  // In this order: the lock outlives every connection.
  sql::file_lock lock_;
  std::atomic<schema_ref> schema_;
  std::atomic<bool> words_left_ = false;
  sql::sqlite_indexing indexing_;  // the writer's
  sql::sqlite_writer writer_;
  sqlite_readers readers_;
  std::shared_ptr<void> watching_;  // of those above
};

}  // namespace

record_description describe_record(record_of<sqlite_options>) { return record<sqlite_options>().all_optional(); }

result<std::shared_ptr<storage>> open_sqlite(sqlite_options options) {
  return outcome_of([&]() -> std::shared_ptr<storage> {
    std::error_code ignored;
    // An absolute path is never one of SQLite's special names, such as ":memory:".
    auto const absolute = std::filesystem::absolute(options.path, ignored);
    if (options.path.empty() || ignored) throw error(errc::unavailable, "not a path of a database file");
    options.path = absolute.string();
    return std::make_shared<sqlite>(options);
  });
}

}  // namespace sambung
