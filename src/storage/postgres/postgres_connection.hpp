// One connection to a PostgreSQL server and its prepared statements. Used by one thread at a time.
#pragma once

#include "storage/sql/dialect.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <unordered_map>

namespace pqxx {
class result;
}

namespace sambung::sql {

// What the server said when it refused a statement, or why the connection is gone.
class postgres_error : public std::runtime_error {
 public:
  postgres_error(std::string state, std::string const& message)
      : std::runtime_error(message), state_(std::move(state)) {}

  // SQLSTATE (PostgreSQL, appendix A); "08000" when the connection is gone.
  std::string const& state() const { return state_; }
  bool lost_connection() const { return state_.starts_with("08") || state_.starts_with("57P"); }
  // It met another transaction, and may go well when it is done again.
  bool is_contended() const { return state_ == "40P01" || state_ == "40001"; }

 private:
  std::string state_;
};

// What a caller is told of it.
failure failure_of(postgres_error const& e);

// "EXECUTE name('...', '...');": a prepared statement and its parameters, ready to be one of several in one string.
class execution final : public parameter_sink {
 public:
  explicit execution(std::string const& statement) : text_("EXECUTE " + statement) {}

  void put(value const& v) override;
  void put(uuid const& id) override;
  void put(std::int64_t number) override;
  void put(std::vector<std::optional<std::string>> const& texts);  // as text[]
  void put_text(std::string_view text);

  std::string text() &&;

 private:
  void separate();

  std::string text_;
  bool first_ = true;
};

std::string quoted(std::string_view text);

struct session_settings {
  std::string url;
  std::string schema;
  std::chrono::milliseconds connect_wait;
  std::chrono::milliseconds statement_timeout;
};

// `url` with these settings of libpq where it does not name them itself.
std::string url_with_defaults(std::string url, std::chrono::milliseconds connect_wait);
// Whether libpq can read it.
bool is_readable_url(std::string const& url);

class postgres_connection {
 public:
  // Connects; throws postgres_error. begin_session() comes before anything else.
  explicit postgres_connection(session_settings settings);
  ~postgres_connection();
  postgres_connection(postgres_connection const&) = delete;
  postgres_connection& operator=(postgres_connection const&) = delete;

  // Settles how the server reads and answers. Unlike connecting it has no limit of its own to the time it takes.
  void begin_session();

  // Sends the statements in one message: one round trip, and one transaction unless they say otherwise. Gives the
  // rows of the last one; throws postgres_error, and then none of them happened unless the connection was lost.
  pqxx::result run(std::string const& statements);

  // The name of the statement kept for a shape, prepared from make_text() the first time.
  template <class F>
  std::string const& prepared(std::string const& shape, F&& make_text) {
    auto const found = names_.find(shape);
    return found != names_.end() ? found->second : prepare(shape, make_text());
  }
  // Shapes are of one schema.
  void forget_statements();
  // Makes room when there are very many. Names given before are no longer good.
  void bound_statements();

  // Whether nothing came from the server since the last answer: a word unasked for means that it hung up.
  bool is_quiet() const;
  bool is_open() const;
  int socket() const;

 private:
  std::string const& prepare(std::string const& shape, std::string const& text);

  struct session;
  session_settings const settings_;
  std::unique_ptr<session> session_;
  std::unordered_map<std::string, std::string> names_;
};

// The value in one column of a result's row. Throws error(errc::data_loss) when it is not of the field's type.
value read_value(pqxx::result const& rows, std::size_t row, std::size_t column, field const& f);
std::string read_text(pqxx::result const& rows, std::size_t row, std::size_t column);

}  // namespace sambung::sql
