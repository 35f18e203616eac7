#include "sql/postgres_change.hpp"

#include "sql/postgres_dialect.hpp"

#include <pqxx/result>

namespace sambung::sql {
namespace {

constexpr std::string_view unique_violation = "23505";
constexpr std::string_view foreign_key_violation = "23503";
constexpr std::string_view out_of_range = "22003";
constexpr std::string_view did_nothing = "22012";  // division_by_zero, see postgres_dialect.hpp

// Until the transaction ends. Whoever waits for it holds no row.
constexpr std::string_view wait_in_line = "SELECT pg_advisory_xact_lock(hashtextextended('sambung batches', 0)); ";

bool is_own_fault(postgres_error const& e) {
  auto const& state = e.state();
  return state == unique_violation || state == foreign_key_violation || state == out_of_range || state == did_nothing;
}

// The statement that makes one change.
class change_statement {
 public:
  change_statement(postgres_connection& connection, schema const& s, scope const& who)
      : connection_(connection), schema_(s), who_(who) {}

  std::string operator()(insert_row const& c) const {
    auto const& table = *schema_.find(c.table);
    return made(shape_of(change(c)), [&] { return insert_text(dialect_, table); }, c.values);
  }
  std::string operator()(update_row const& c) const {
    auto const& table = *schema_.find(c.table);
    return made(shape_of(change(c)), [&] { return strict_update_text(table, c); }, c);
  }
  std::string operator()(increment_row const& c) const {
    auto const& table = *schema_.find(c.table);
    return made(shape_of(change(c)), [&] { return upsert_text(table, c); }, c.values);
  }
  std::string operator()(erase_row const& c) const {
    auto const& table = *schema_.find(c.table);
    return made(shape_of(change(c)), [&] { return strict_erase_text(table, c); }, c);
  }
  std::string operator()(require_row const& c) const {
    auto const& table = *schema_.find(c.table);
    return made(shape_of(change(c)), [&] { return strict_require_text(table, c); }, c);
  }

  std::string exists(record_description const& table, value const& key) const {
    execution run(connection_.prepared(shape_of_exists(table.table), [&] { return exists_text(dialect_, table); }));
    put_key(run, who_, key);
    return std::move(run).text();
  }

 private:
  template <class F, class Parameters>
  std::string made(std::string const& shape, F&& make_text, Parameters const& parameters) const {
    execution run(connection_.prepared(shape, make_text));
    put_parameters(run, who_, parameters);
    return std::move(run).text();
  }

  postgres_dialect dialect_;
  postgres_connection& connection_;
  schema const& schema_;
  scope const& who_;
};

struct target {
  std::string const& table;
  value const& key;
};
target target_of(change const& c) {
  struct visitor {
    target operator()(insert_row const& c) const { return {c.table, c.values.front()}; }
    target operator()(increment_row const& c) const { return {c.table, c.values.front()}; }
    target operator()(update_row const& c) const { return {c.table, c.key}; }
    target operator()(erase_row const& c) const { return {c.table, c.key}; }
    target operator()(require_row const& c) const { return {c.table, c.key}; }
  };
  return std::visit(visitor(), c);
}

class batch_runner {
 public:
  batch_runner(postgres_connection& connection, schema const& s, scope const& who, batch const& b, company with)
      : connection_(connection),
        schema_(s),
        lead_((with == company::in_line ? std::string(wait_in_line) : std::string()) + scope_text(who)),
        batch_(b),
        statement_(connection, s, who) {}

  // Everything in one message. False when a change was refused.
  bool at_once() {
    auto text = lead_;
    for (auto const& c : batch_.changes()) text += std::visit(statement_, c);
    try {
      connection_.run(text);
      return true;
    } catch (postgres_error const& e) {
      if (is_own_fault(e)) return false;
      throw;
    }
  }

  // One change after the other: others may have made room meanwhile, so it may succeed as well.
  result<receipt> one_by_one() {
    connection_.run("BEGIN; " + lead_);
    try {
      auto const& changes = batch_.changes();
      for (std::size_t i = 0; i < changes.size(); ++i) {
        auto const fault = apply(changes[i]);
        if (!fault) continue;
        connection_.run("ROLLBACK");
        return change_failure(fault->code, i, fault->message);
      }
      connection_.run("COMMIT");
    } catch (postgres_error const& e) {
      if (!e.lost_connection()) connection_.run("ROLLBACK");
      throw;
    }
    return done();
  }

  receipt done() const {
    receipt out;
    for (auto const& c : batch_.changes()) out.rows += !std::holds_alternative<require_row>(c);
    return out;
  }

 private:
  std::optional<failure> apply(change const& c) {
    auto const text = std::visit(statement_, c);
    try {
      connection_.run("SAVEPOINT one; " + text + " RELEASE one");
      return std::nullopt;
    } catch (postgres_error const& e) {
      if (e.state() == unique_violation) return failure(errc::already_exists, "the key or a unique value is taken");
      if (e.state() == foreign_key_violation)
        return failure(errc::conflict, "a row that belongs to it is missing or there");
      if (e.state() == out_of_range) return failure(errc::invalid_argument, "a sum is out of range");
      if (e.state() != did_nothing) throw;
    }
    return unmet(target_of(c));
  }

  failure unmet(target const& of) {
    connection_.run("ROLLBACK TO one");
    auto const text = statement_.exists(*schema_.find(of.table), of.key);
    if (connection_.run(text).empty()) return failure(errc::not_found, "not found");
    return failure(errc::conflict, "a condition does not hold");
  }

  postgres_connection& connection_;
  schema const& schema_;
  std::string const lead_;  // of the transaction
  batch const& batch_;
  change_statement statement_;
};

}  // namespace

result<receipt> apply_batch(postgres_connection& connection, schema const& s, scope const& who, batch const& b,
                            company with) {
  if (b.empty()) return receipt();
  connection.bound_statements();
  batch_runner runner(connection, s, who, b, with);
  if (runner.at_once()) return runner.done();
  return runner.one_by_one();
}

}  // namespace sambung::sql
