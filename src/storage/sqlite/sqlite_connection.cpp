#include "storage/sqlite/sqlite_connection.hpp"

#include "storage/sqlite/sqlite_words.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sambung::sql {
namespace {

constexpr std::size_t max_kept_statements = 256;
constexpr int busy_timeout_ms = 5'000;

errc code_of(int extended) {
  switch (extended & 0xFF) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM:
      return errc::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return errc::data_loss;
    default:
      return errc::internal;
  }
}

// The errno of the last operation that failed on the database file or on its log. sqlite3_system_errno() has none when
// a COMMIT failed.
int last_errno(sqlite3* connection, int which_file) {
  sqlite3_file* file = nullptr;
  int found = 0;
  if (sqlite3_file_control(connection, nullptr, which_file, &file) == SQLITE_OK && file && file->pMethods)
    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &found);
  return found;
}

bool means_full(int system_errno) { return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG; }

// Only a write that meets ENOSPC is SQLITE_FULL; a quota, a file's limit, and a sync or a new file that finds no room
// are plain I/O errors.
bool disk_is_full(sqlite3* connection, int extended) {
  if (extended == SQLITE_IOERR_SHMSIZE) return means_full(sqlite3_system_errno(connection));
  switch (extended & 0xFF) {
    case SQLITE_FULL:
      return true;
    case SQLITE_CANTOPEN:
      return means_full(sqlite3_system_errno(connection));
    case SQLITE_IOERR:
      return means_full(last_errno(connection, SQLITE_FCNTL_JOURNAL_POINTER)) ||
             means_full(last_errno(connection, SQLITE_FCNTL_FILE_POINTER));
    default:
      return false;
  }
}

// For callers: the kind of trouble and not what has it, in PostgreSQL's words for the same.
std::string_view words_for(int extended) {
  switch (extended & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return "the database is contended";
    case SQLITE_READONLY:
      return "the database takes no writes now";
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
      return "the database lacks resources";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "the database is damaged";
    default:
      return "the database refused a statement";
  }
}

// What SQLite said is for private logs.
error trouble(sqlite3* connection) {
  int const extended = sqlite3_extended_errcode(connection);
  bool const full = disk_is_full(connection, extended);
  failure why(code_of(extended), std::string(full ? "the disk is full" : words_for(extended)));
  why.sensitive = std::string("sqlite: ") + sqlite3_errstr(extended) + ": " + sqlite3_errmsg(connection);
  return error(std::move(why));
}

int access_of(connection_kind kind) {
  switch (kind) {
    case connection_kind::immutable:
      return SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    case connection_kind::snapshot:
      return SQLITE_OPEN_READWRITE;  // only so can the last connection that closes take its "-wal" and "-shm" away
    default:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
}

// https://www.sqlite.org/uri.html: what is special in a path is escaped.
std::string immutable_uri(std::filesystem::path const& path) {
  std::string uri = "file:";
  for (char const c : path.string()) {
    if (c == '%') uri += "%25";
    else if (c == '?') uri += "%3f";
    else if (c == '#') uri += "%23";
    else uri += c;
  }
  return uri + "?immutable=1";
}

}  // namespace

// Where the disk keeps SQLite from seeing that its schema is not true any more, it says no more than that a table which
// another connection has made is not there. Reading the schema's version says what is wrong, unless nothing is by then.
sqlite_statement::sqlite_statement(sqlite3* connection, std::string const& text) {
  sqlite3_stmt* made = nullptr;
  auto const prepare = [&] {
    return sqlite3_prepare_v3(connection, text.c_str(), static_cast<int>(text.size()) + 1, SQLITE_PREPARE_PERSISTENT,
                              &made, nullptr);
  };
  int code = prepare();
  if (code == SQLITE_ERROR) {
    code = sqlite3_exec(connection, "PRAGMA schema_version", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) code = prepare();
  }
  if (code != SQLITE_OK) throw trouble(connection);
  handle_.reset(made);
}

running_statement::~running_statement() {
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

void running_statement::check(int code) const {
  if (code != SQLITE_OK) throw trouble(sqlite3_db_handle(handle_));
}

void running_statement::put(value const& v) {
  if (auto const* flag = std::get_if<bool>(&v)) return put(static_cast<std::int64_t>(*flag));
  if (auto const* number = std::get_if<std::int64_t>(&v)) return put(*number);
  if (auto const* id = std::get_if<uuid>(&v)) return put(*id);
  if (auto const* text = std::get_if<std::string>(&v)) return put_text(*text);
  if (auto const* bytes = std::get_if<binary>(&v)) return put_bytes(*bytes);
  if (auto const* real = std::get_if<double>(&v)) return check(sqlite3_bind_double(handle_, next_++, *real));
  check(sqlite3_bind_null(handle_, next_++));
}

void running_statement::put(uuid const& id) {
  check(sqlite3_bind_blob(handle_, next_++, id.bytes.data(), static_cast<int>(id.bytes.size()), SQLITE_STATIC));
}

void running_statement::put(std::int64_t number) { check(sqlite3_bind_int64(handle_, next_++, number)); }

void running_statement::put_text(std::string_view text) {
  char const* const start = text.data() ? text.data() : "";
  check(sqlite3_bind_text64(handle_, next_++, start, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

// Without an address SQLite would take it for null.
void running_statement::put_bytes(binary const& bytes) {
  void const* const start = bytes.empty() ? static_cast<void const*>("") : bytes.data();
  check(sqlite3_bind_blob64(handle_, next_++, start, bytes.size(), SQLITE_STATIC));
}

step_outcome running_statement::step() {
  int const code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return step_outcome::row;
  if (code == SQLITE_DONE) return step_outcome::done;
  auto* const connection = sqlite3_db_handle(handle_);
  switch (sqlite3_extended_errcode(connection)) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
      return step_outcome::not_unique;
    case SQLITE_CONSTRAINT_DATATYPE:
      return step_outcome::wrong_type;
    default:
      throw trouble(connection);
  }
}

std::string running_statement::text(int column) const {
  auto const* bytes = reinterpret_cast<char const*>(sqlite3_column_text(handle_, column));
  return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))) : std::string();
}

binary running_statement::bytes(int column) const {
  auto const* start = static_cast<std::byte const*>(sqlite3_column_blob(handle_, column));
  auto const size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return start ? binary(start, start + size) : binary();
}

value running_statement::read(int column, field const& f) const {
  switch (sqlite3_column_type(handle_, column)) {
    case SQLITE_INTEGER:
      if (f.type == column_type::boolean) return value(integer(column) != 0);
      if (f.type == column_type::real) return value(sqlite3_column_double(handle_, column));
      return value(integer(column));
    case SQLITE_FLOAT:
      return value(sqlite3_column_double(handle_, column));
    case SQLITE_TEXT:
      return value(text(column));
    case SQLITE_BLOB:
      break;
    default:
      return value();
  }
  uuid id;
  bool const is_id = f.type == column_type::uuid && sqlite3_column_bytes(handle_, column) == sizeof(id.bytes);
  if (!is_id) return value(bytes(column));
  std::memcpy(id.bytes.data(), sqlite3_column_blob(handle_, column), sizeof(id.bytes));
  return value(id);
}

sqlite_connection::sqlite_connection(std::filesystem::path const& path, connection_kind kind, bool synchronous_full) {
  sqlite3* made = nullptr;
  auto const name = kind == connection_kind::immutable ? immutable_uri(path) : path.string();
  int const flags = access_of(kind) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  int const code = sqlite3_open_v2(name.c_str(), &made, flags, nullptr);
  handle_.reset(made);
  if (!made) throw error(errc::unavailable, "the database lacks resources");
  if (code != SQLITE_OK) throw trouble(made);
  set_up(kind, synchronous_full);
}

void sqlite_connection::set_up(connection_kind kind, bool synchronous_full) {
  sqlite3_busy_timeout(handle_.get(), busy_timeout_ms);
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (add_words_function(handle_.get()) != SQLITE_OK) throw trouble(handle_.get());
  run("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768");
  if (kind == connection_kind::writer || kind == connection_kind::reader) {
    run("PRAGMA journal_mode = WAL");
    run(synchronous_full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  }
  if (kind != connection_kind::writer) return run("PRAGMA query_only = ON");
  run("PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 67108864");
  require_writable();
}

// Where the system refuses to open a file for writing, SQLite opens it for reading and says nothing: such a writer
// would refuse everything for as long as it lives. An empty transaction asks the log, and takes a file that may only be
// read.
void sqlite_connection::require_writable() {
  if (sqlite3_db_readonly(handle_.get(), "main") != 0)
    throw error(errc::unavailable, std::string(words_for(SQLITE_READONLY)));
  sqlite3_busy_timeout(handle_.get(), 0);
  int const code = sqlite3_exec(handle_.get(), "BEGIN IMMEDIATE; COMMIT", nullptr, nullptr, nullptr);
  // Whether the log may be written is asked before who writes it now.
  if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) throw trouble(handle_.get());
  sqlite3_busy_timeout(handle_.get(), busy_timeout_ms);
}

void sqlite_connection::run(std::string const& statements) {
  if (sqlite3_exec(handle_.get(), statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    throw trouble(handle_.get());
}

void sqlite_connection::run_kept(std::string const& statement) {
  running_statement(prepared(statement, [&] { return statement; })).step();
}

// What a plan says: https://www.sqlite.org/eqp.html.
bool sqlite_connection::sorts(std::string const& text) {
  auto explained = prepare("EXPLAIN QUERY PLAN " + text);
  running_statement plan(explained);
  while (plan.step() == step_outcome::row)
    if (plan.text(3).starts_with("USE TEMP B-TREE")) return true;
  return false;
}

sqlite_statement* sqlite_connection::find(std::string const& shape) {
  auto const found = kept_.find(shape);
  if (found == kept_.end()) return nullptr;
  found->second.used = ++uses_;
  return &found->second.statement;
}

sqlite_statement& sqlite_connection::keep(std::string const& shape, sqlite_statement fresh) {
  if (kept_.size() >= max_kept_statements) {
    auto const oldest = std::ranges::min_element(kept_, {}, [](auto const& kept) { return kept.second.used; });
    kept_.erase(oldest);
  }
  return kept_.emplace(shape, kept_statement{std::move(fresh), ++uses_}).first->second.statement;
}

}  // namespace sambung::sql
