#include "storage/postgres/postgres_connection.hpp"

#include <pqxx/pqxx>

#include <libpq-fe.h>
#include <poll.h>

#include <charconv>

namespace sambung::sql {
namespace {

constexpr auto lost = "08000";
// More shapes than services make; an application that makes them without end must not fill the server's memory.
constexpr std::size_t max_prepared = 500;

// What pqxx throws, as one type.
template <class F>
auto translated(F&& f) {
  try {
    return f();
  } catch (pqxx::broken_connection const& e) {
    throw postgres_error(lost, e.what());
  } catch (pqxx::deadlock_detected const& e) {
    throw postgres_error("40P01", e.what());
  } catch (pqxx::transaction_rollback const& e) {
    throw postgres_error("40001", e.what());
  } catch (pqxx::insufficient_privilege const& e) {
    throw postgres_error("42501", e.what());  // libpqxx 6.4 says it without its state
  } catch (pqxx::sql_error const& e) {
    throw postgres_error(e.sqlstate(), e.what());
  } catch (pqxx::failure const& e) {
    throw postgres_error(lost, e.what());
  }
}

bool names_setting(std::string_view url, std::string_view name) {
  for (char const before : {'?', '&'})
    if (url.find(before + std::string(name) + '=') != url.npos) return true;
  return false;
}

[[noreturn]] void damaged() { throw error(errc::data_loss, "a stored value has the wrong type"); }

template <class Number>
Number number_in(std::string_view text) {
  Number out{};
  auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (fault != std::errc() || end != text.data() + text.size()) damaged();
  return out;
}

struct value_text {
  std::string operator()(std::monostate) const { return "NULL"; }
  std::string operator()(bool v) const { return v ? "'t'" : "'f'"; }
  std::string operator()(std::int64_t v) const { return '\'' + std::to_string(v) + '\''; }
  std::string operator()(double v) const {
    char text[32];
    auto const end = std::to_chars(text, text + sizeof text, v).ptr;
    return '\'' + std::string(text, end) + '\'';
  }
  std::string operator()(std::string const& v) const { return quoted(v); }
  std::string operator()(uuid const& v) const { return '\'' + to_string(v) + '\''; }
  std::string operator()(binary const& v) const { return "'\\x" + to_hex(v) + '\''; }
};

// As the session's bytea_output spells it: "\\x01ab".
binary bytes_in(std::string_view text) {
  auto read = text.starts_with("\\x") ? from_hex(text.substr(2)) : std::nullopt;
  if (!read) damaged();
  return std::move(*read);
}

// In an array literal: "..." with its two special characters escaped.
std::string array_item(std::string const& text) {
  std::string out = "\"";
  for (char const c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// For callers: the kind of trouble and not what has it.
failure trouble_of(postgres_error const& e) {
  auto const& state = e.state();
  if (e.lost_connection()) return failure(errc::unavailable, "the connection to the database is gone");
  if (state == "53100") return failure(errc::unavailable, "the database's disk is full");
  if (state == "57014") return failure(errc::unavailable, "the database took too long");
  if (state == "25006") return failure(errc::unavailable, "the database takes no writes now");
  if (state.starts_with("40")) return failure(errc::unavailable, "the database is contended");
  if (state.starts_with("53") || state.starts_with("55") || state.starts_with("58"))
    return failure(errc::unavailable, "the database lacks resources");
  if (state == "54000") return failure(errc::payload_too_large, "a text is too long for its index");
  if (state.starts_with("XX00")) return failure(errc::data_loss, "the database is damaged");
  return failure(errc::internal, "the database refused a statement");
}

}  // namespace

failure failure_of(postgres_error const& e) {
  auto out = trouble_of(e);
  out.sensitive = e.what();
  return out;
}

// standard_conforming_strings is on: only the quote is special.
std::string quoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '\'';
  for (char const c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out += '\'';
}

void execution::separate() {
  text_ += first_ ? '(' : ',';
  first_ = false;
}
void execution::put(value const& v) {
  separate();
  text_ += std::visit(value_text(), stored_value(v));
}
void execution::put(uuid const& id) {
  separate();
  text_ += value_text()(id);
}
void execution::put(std::int64_t number) {
  separate();
  text_ += value_text()(number);
}
void execution::put_text(std::string_view text) {
  separate();
  text_ += quoted(text);
}
void execution::put(std::vector<std::optional<std::string>> const& texts) {
  std::string array = "{";
  for (auto const& text : texts) (array += array.size() > 1 ? "," : "") += text ? array_item(*text) : "NULL";
  put_text(array + '}');
}
std::string execution::text() && { return std::move(text_) + (first_ ? ";" : ");"); }

std::string url_with_defaults(std::string url, std::chrono::milliseconds connect_wait) {
  auto const seconds = std::to_string(std::chrono::ceil<std::chrono::seconds>(connect_wait).count());
  std::pair<std::string_view, std::string_view> const defaults[]{
      {"connect_timeout", seconds},  {"application_name", "sambung"}, {"client_encoding", "UTF8"},
      {"keepalives_idle", "30"},     {"keepalives_interval", "5"},    {"keepalives_count", "3"},
      {"tcp_user_timeout", "20000"},
  };
  for (auto const& [name, setting] : defaults) {
    if (names_setting(url, name)) continue;
    url += url.find('?') == url.npos ? '?' : '&';
    ((url += name) += '=') += setting;
  }
  return url;
}

bool is_readable_url(std::string const& url) {
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://")) return false;
  char* why = nullptr;
  std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> const parsed(PQconninfoParse(url.c_str(), &why),
                                                                            &PQconninfoFree);
  PQfreemem(why);
  return parsed != nullptr;
}

struct postgres_connection::session {
  explicit session(std::string const& url) : connection(url) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    // A connection that came back by itself would lack its settings.
    connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
  }

  pqxx::connection connection;
  pqxx::quiet_errorhandler silence{connection};
};

postgres_connection::postgres_connection(session_settings settings) : settings_(std::move(settings)) {
  auto const url = url_with_defaults(settings_.url, settings_.connect_wait);
  session_ = translated([&] { return std::make_unique<session>(url); });
}

void postgres_connection::begin_session() {
  // Plans are made once for a shape: each is covered by an index, which the planner must not second-guess from the few
  // rows of a young table.
  run("SET standard_conforming_strings = on; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; "
      "SET enable_bitmapscan = off; SET jit = off; SET bytea_output = 'hex'; SET extra_float_digits = 1; SET "
      "search_path = " +
      identifier(settings_.schema) +
      ", pg_temp; SET statement_timeout = " + std::to_string(settings_.statement_timeout.count()) +
      // By itself the server waits two hours for a host that is gone, which keeps what it has locked.
      "; SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3");
}

postgres_connection::~postgres_connection() = default;

pqxx::result postgres_connection::run(std::string const& statements) {
  return translated([&] {
    try {
      pqxx::nontransaction work(session_->connection);
      return work.exec(statements);
    } catch (pqxx::failure const&) {
      // Whatever the server's last words were: without a connection nobody knows what they were about.
      if (!session_->connection.is_open()) throw pqxx::broken_connection("the connection is gone");
      throw;
    }
  });
}

std::string const& postgres_connection::prepare(std::string const& shape, std::string const& text) {
  auto name = "s" + std::to_string(names_.size());
  run("PREPARE " + name + " AS " + text);
  return names_.emplace(shape, std::move(name)).first->second;
}

void postgres_connection::bound_statements() {
  if (names_.size() >= max_prepared) forget_statements();
}

void postgres_connection::forget_statements() {
  if (names_.empty()) return;
  run("DEALLOCATE ALL");
  names_.clear();
}

bool postgres_connection::is_quiet() const {
  pollfd waiting{socket(), POLLIN, 0};
  return is_open() && ::poll(&waiting, 1, 0) == 0;
}

bool postgres_connection::is_open() const { return session_->connection.is_open(); }
int postgres_connection::socket() const { return session_->connection.sock(); }

value read_value(pqxx::result const& rows, std::size_t row, std::size_t column, field const& f) {
  auto const found = rows[static_cast<pqxx::result::size_type>(row)][static_cast<pqxx::row::size_type>(column)];
  if (found.is_null()) {
    if (!f.nullable) damaged();
    return {};
  }
  std::string_view const text(found.c_str(), found.size());
  switch (f.type) {
    case column_type::boolean:
      return text == "t";
    case column_type::integer:
    case column_type::timestamp:
      return number_in<std::int64_t>(text);
    case column_type::real:
      return number_in<double>(text);
    case column_type::uuid:
      if (auto const id = parse_uuid(text)) return *id;
      damaged();
    case column_type::text:
    case column_type::json:
      return std::string(text);
    case column_type::bytes:
      return bytes_in(text);
  }
  damaged();
}

std::string read_text(pqxx::result const& rows, std::size_t row, std::size_t column) {
  auto const found = rows[static_cast<pqxx::result::size_type>(row)][static_cast<pqxx::row::size_type>(column)];
  return std::string(found.c_str(), found.size());
}

}  // namespace sambung::sql
