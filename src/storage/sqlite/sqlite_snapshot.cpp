#include <sambung/storage/sqlite/sqlite.hpp>

#include "storage/checking.hpp"
#include "storage/sqlite/sqlite_migration.hpp"
#include "storage/sqlite/sqlite_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

namespace sambung {
namespace {

using sql::connection_kind;
using sql::sqlite_reader;
using sql::sqlite_readers;

constexpr std::size_t max_queued = 4'096;

// Tells whether somebody wrote to a file that is read without locks.
class file_watch {
 public:
  explicit file_watch(std::filesystem::path path) : path_(std::move(path)), first_(state()) {}

  // Throws error(errc::unavailable).
  void check() const {
    if (state() != first_) throw error(errc::unavailable, "somebody writes to " + path_.string() + " while it is read");
  }

 private:
  struct file_state {
    ::ino_t node = 0;
    ::off_t size = 0;
    std::time_t seconds = 0;
    long nanoseconds = 0;
    friend bool operator==(file_state const&, file_state const&) = default;
  };

  file_state state() const {
    struct ::stat found{};
    if (::stat(path_.c_str(), &found) != 0) return file_state();
    return {found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
  }

  std::filesystem::path path_;
  file_state first_;
};

// Without its "-wal" a file is whole, and nobody has it open to write; SQLite would still want to make one to lock it.
bool is_read_without_locks(std::filesystem::path const& path) {
  bool const may_write = ::faccessat(AT_FDCWD, path.parent_path().c_str(), W_OK, AT_EACCESS) == 0;
  return !may_write && !std::filesystem::exists(path.string() + "-wal");
}

class sqlite_snapshot final : public storage {
 public:
  explicit sqlite_snapshot(std::filesystem::path const& path) {
    bool const locks = !is_read_without_locks(path);
    if (!locks) watch_.emplace(path);
    auto reader = std::make_unique<sqlite_reader>(path, locks ? connection_kind::snapshot : connection_kind::immutable);
    reader->ping();
    reader->connection().run("BEGIN");
    std::vector<std::unique_ptr<sqlite_reader>> all;
    all.push_back(std::move(reader));
    reader_ = std::make_unique<sqlite_readers>(std::move(all), max_queued);
  }

  task<result<void>> migrate(schema_ref s) override {
    if (auto wrong = s->check(); !wrong.empty()) co_return detail::invalid(std::move(wrong));
    auto compare = [&](sqlite_reader& reader) {
      sql::require_versions(reader.connection(), *s);
      words_left_ = sql::any_words_left(reader.connection());
    };
    auto outcome = co_await reader_->run(std::move(compare));
    if (outcome) schema_.store(std::move(s));
    co_return outcome;
  }

  task<result<void>> adopt(schema_ref s) override { return migrate(std::move(s)); }

  task<result<rows>> read(scope who, query q) override { return find(who, std::move(q)); }
  task<result<rows>> search(scope who, text_query q) override { return find(who, std::move(q)); }

  task<result<receipt>> write(scope, batch) override {
    co_return failure(errc::unsupported, "a snapshot is read only");
  }

  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    auto found = co_await reader_->tenants(schema_.load(), who, std::move(table), after);
    co_return as_unchanged(std::move(found));
  }

  task<result<void>> check() override { return reader_->ping(); }

  std::string_view backend() const override { return "sqlite"; }
  task<result<std::optional<value>>> lacking_words(scope who, std::string table) override {
    if (!words_left_) co_return std::optional<value>();
    auto found = co_await reader_->lacking_words(schema_.load(), who, std::move(table));
    co_return as_unchanged(std::move(found));
  }

 private:
  template <class Query>
  task<result<rows>> find(scope who, Query q) {
    auto found = co_await reader_->find(schema_.load(), who, std::move(q));
    co_return as_unchanged(std::move(found));
  }

  // What was read, unless somebody writes to the file.
  template <class T>
  result<T> as_unchanged(result<T> found) const {
    if (!watch_) return found;
    auto const unchanged = sql::outcome_of([&] { watch_->check(); });
    if (!unchanged) return unchanged.error();
    return found;
  }

  std::optional<file_watch> watch_;
  std::atomic<schema_ref> schema_;
  std::atomic<bool> words_left_ = false;
  std::unique_ptr<sqlite_readers> reader_;
};

}  // namespace

result<std::shared_ptr<storage>> open_sqlite_snapshot(std::string path) {
  std::error_code ignored;
  auto const absolute = std::filesystem::absolute(path, ignored);
  if (path.empty() || ignored) return failure(errc::not_found, "not a path of a database file");
  if (!std::filesystem::exists(absolute, ignored)) return failure(errc::not_found, "there is no file " + path);
  auto made =
      sql::outcome_of([&]() -> std::shared_ptr<storage> { return std::make_shared<sqlite_snapshot>(absolute); });
  if (made) return made;
  failure why = made.error();
  why.message = "cannot read " + path + ": " + why.message;
  return why;
}

}  // namespace sambung
