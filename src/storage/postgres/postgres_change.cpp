#include "storage/postgres/postgres_change.hpp"

#include "storage/postgres/postgres_dialect.hpp"
#include "storage/postgres/postgres_full_text.hpp"
#include "storage/sql/statement.hpp"
#include "storage/sql/statement_shape.hpp"

#include <pqxx/result>

#include <algorithm>
#include <tuple>

namespace sambung::sql {
namespace {

constexpr std::string_view unique_violation = "23505";
constexpr std::string_view foreign_key_violation = "23503";
constexpr std::string_view out_of_range = "22003";
constexpr std::string_view did_nothing = "22012";  // division_by_zero, see postgres_dialect.hpp

// For a transaction in several messages: whoever falls silent between two of them holds its rows no longer than a
// statement may take.
constexpr std::string_view bound_silence =
    "SELECT set_config('idle_in_transaction_session_timeout', current_setting('statement_timeout'), true); ";

// Until the transaction ends. Whoever waits for it holds no row.
constexpr std::string_view wait_in_line = "SELECT pg_advisory_xact_lock(hashtextextended('sambung batches', 0)); ";

bool is_own_fault(postgres_error const& e) {
  auto const& state = e.state();
  return state == unique_violation || state == foreign_key_violation || state == out_of_range || state == did_nothing;
}

// What the searchable columns say, written along.
row with_said(record_description const& table, row values) {
  for (auto const& column : table.search) values.emplace_back(said_in(table, values[*table.position(column)]));
  return values;
}

update_row with_said(record_description const& table, update_row c) {
  for (auto const& column : table.search) {
    auto const given = std::ranges::find(c.set, column, &assignment::column);
    if (given == c.set.end()) continue;
    auto said = said_in(table, given->to);
    c.set.push_back({said_column(column), value(std::move(said))});
  }
  return c;
}

// The statement that makes one change.
class change_statement {
 public:
  change_statement(postgres_connection& connection, addressed_batch const& b)
      : connection_(connection), schema_(b.tables), who_(b.who) {}

  std::string operator()(insert_row const& c) const {
    auto const& table = *schema_.find(c.table);
    auto const text = [&] { return insert_text(dialect_, with_said_columns(table)); };
    return made(shape_of(change(c)), text, with_said(table, c.values));
  }
  std::string operator()(update_row const& given) const {
    auto const& table = *schema_.find(given.table);
    auto const c = with_said(table, given);
    return made(shape_of(change(c)), [&] { return strict_update_text(table, c); }, c);
  }
  std::string operator()(increment_row const& c) const {
    auto const& table = *schema_.find(c.table);
    auto const text = [&] { return upsert_text(with_said_columns(table), c); };
    return made(shape_of(change(c)), text, with_said(table, c.values));
  }
  std::string operator()(erase_row const& c) const {
    auto const& table = *schema_.find(c.table);
    return made(shape_of(change(c)), [&] { return strict_erase_text(table, c); }, c);
  }
  std::string operator()(require_row const& c) const {
    auto const& table = *schema_.find(c.table);
    return made(shape_of(change(c)), [&] { return strict_require_text(table, c); }, c);
  }

  std::string judgement(record_description const& table, value const& key,
                        std::vector<condition> const& conditions) const {
    execution run(connection_.prepared(shape_of_judgement(table, conditions),
                                       [&] { return judgement_text(dialect_, table, conditions); }));
    put_judgement(run, who_, key, conditions);
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

std::vector<condition> const& conditions_of(change const& c) {
  static std::vector<condition> const none;
  struct visitor {
    std::vector<condition> const& operator()(update_row const& one) const { return one.conditions; }
    std::vector<condition> const& operator()(erase_row const& one) const { return one.conditions; }
    std::vector<condition> const& operator()(require_row const& one) const { return one.conditions; }
    std::vector<condition> const& operator()(insert_row const&) const { return none; }
    std::vector<condition> const& operator()(increment_row const&) const { return none; }
  };
  return std::visit(visitor(), c);
}

std::string statements_of(postgres_connection& connection, addressed_batch const& b) {
  change_statement const statement(connection, b);
  std::string text;
  for (auto const& c : b.changes.changes()) text += std::visit(statement, c);
  return text;
}

receipt receipt_of(batch const& b) {
  receipt out;
  for (auto const& c : b.changes()) out.rows += !std::holds_alternative<require_row>(c);
  return out;
}

class batch_runner {
 public:
  batch_runner(postgres_connection& connection, addressed_batch const& b, company with)
      : connection_(connection),
        lead_((with == company::in_line ? std::string(wait_in_line) : std::string()) + scope_text(b.who)),
        batch_(b),
        statement_(connection, b) {}

  // Everything in one message. False when a change was refused.
  bool at_once() {
    try {
      connection_.run(lead_ + statements_of(connection_, batch_));
      return true;
    } catch (postgres_error const& e) {
      if (is_own_fault(e)) return false;
      throw;
    }
  }

  // One change after the other: others may have made room meanwhile, so it may succeed as well.
  result<receipt> one_by_one() {
    connection_.run("BEGIN; " + std::string(bound_silence) + lead_);
    try {
      auto const& changes = batch_.changes.changes();
      for (std::size_t i = 0; i < changes.size(); ++i) {
        auto const fault = apply(changes[i]);
        if (!fault) continue;
        connection_.run("ROLLBACK");
        return change_failure(i, *fault);
      }
      connection_.run("COMMIT");
    } catch (postgres_error const& e) {
      if (!e.lost_connection()) connection_.run("ROLLBACK");
      throw;
    }
    return receipt_of(batch_.changes);
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
    return unmet(target_of(c), conditions_of(c));
  }

  // Others may have changed the row meanwhile: then no condition is named.
  failure unmet(target const& of, std::vector<condition> const& conditions) {
    connection_.run("ROLLBACK TO one");
    auto const found = connection_.run(statement_.judgement(*batch_.tables.find(of.table), of.key, conditions));
    if (found.empty()) return failure(errc::not_found, "not found");
    std::vector<std::string> lost;
    for (std::size_t i = 0; i < conditions.size(); ++i)
      if (read_text(found, 0, i + 1) == "0") lost.push_back(conditions[i].column);
    return unmet_conditions(lost);
  }

  postgres_connection& connection_;
  std::string const lead_;  // of the transaction
  addressed_batch const& batch_;
  change_statement statement_;
};

// A message of several batches grows no longer than this by adding one.
constexpr std::size_t max_message = 1 << 20;

struct group_member {
  std::string scope;  // what sets it
  std::string row;    // the first of shared_rows
  std::string statements;

  auto order() const { return std::tie(scope, row); }
};

// The system's scope sets nothing and sorts first: no tenant's is set before it.
std::string message_of(std::vector<group_member> const& sorted) {
  std::string message, scope;
  for (auto const& one : sorted) {
    if (one.scope != scope) message += scope = one.scope;
    message += one.statements;
  }
  return message;
}

bool counts(change const& c) {
  auto const* sum = std::get_if<increment_row>(&c);
  return sum && !sum->add.empty();
}

// Without columns to add, a row that is there is left alone.
bool only_adds(change const& c) {
  auto const* sum = std::get_if<increment_row>(&c);
  return std::holds_alternative<insert_row>(c) || (sum && sum->add.empty());
}

}  // namespace

std::vector<std::string> shared_rows(addressed_batch const& b) {
  std::vector<std::string> rows;
  auto const name = [&](change const& c) {
    auto const [table, key] = target_of(c);
    execution row(scope_text(b.who) + table);
    row.put(key);
    rows.push_back(std::move(row).text());
  };
  auto const& all = b.changes.changes();
  for (auto const& c : all)
    if (counts(c)) name(c);
  auto const first = std::ranges::find_if_not(all, only_adds);
  if (rows.empty() && first != all.end()) name(*first);
  return rows;
}

result<receipt> apply_batch(postgres_connection& connection, addressed_batch const& b, company with) {
  connection.bound_statements();
  batch_runner runner(connection, b, with);
  if (runner.at_once()) return receipt_of(b.changes);
  return runner.one_by_one();
}

std::vector<std::optional<receipt>> apply_together(postgres_connection& connection,
                                                   std::span<addressed_batch const> batches) {
  connection.bound_statements();
  std::vector<std::optional<receipt>> done(batches.size());
  std::vector<group_member> members;
  std::size_t length = 0;
  try {
    for (std::size_t i = 0; i < batches.size(); ++i) {
      auto const& b = batches[i];
      auto statements = statements_of(connection, b);
      if (length + statements.size() > max_message) continue;
      length += statements.size();
      auto rows = shared_rows(b);
      auto row = rows.empty() ? std::string() : std::move(rows.front());
      members.push_back({scope_text(b.who), std::move(row), std::move(statements)});
      done[i] = receipt_of(b.changes);
    }
    std::ranges::stable_sort(members, std::less(), &group_member::order);
    if (!members.empty()) connection.run(message_of(members));
  } catch (postgres_error const& e) {
    if (e.lost_connection()) throw;
    std::ranges::fill(done, std::nullopt);
  }
  return done;
}

}  // namespace sambung::sql
