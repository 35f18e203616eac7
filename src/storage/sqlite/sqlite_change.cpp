#include "storage/sqlite/sqlite_change.hpp"

#include "storage/sql/statement.hpp"
#include "storage/sql/statement_shape.hpp"
#include "storage/sqlite/sqlite_dialect.hpp"

namespace sambung::sql {
namespace {

using fault = std::optional<failure>;

class applier {
 public:
  applier(sqlite_connection& connection, schema const& s, scope const& who, std::string const& shape)
      : connection_(connection), schema_(s), who_(who), shape_(shape) {}

  fault operator()(insert_row const& c) const { return insert(*schema_.find(c.table), c.values, shape_); }

  fault operator()(update_row const& c) const {
    auto const& table = *schema_.find(c.table);
    running_statement run(connection_.prepared(shape_, [&] { return update_text(dialect_, table, c); }));
    put_parameters(run, who_, c);
    if (run.step() == step_outcome::not_unique) return failure(errc::already_exists, "a unique value is taken");
    return connection_.changed() > 0 ? std::nullopt : unmet(table, c.key, c.conditions);
  }

  fault operator()(increment_row const& c) const {
    auto const& table = *schema_.find(c.table);
    if (c.add.empty() ? exists(table, c.values.front()) : add(table, c)) return fault_;
    return insert(table, c.values, 'i' + c.table);
  }

  fault operator()(erase_row const& c) const {
    auto const& table = *schema_.find(c.table);
    running_statement run(connection_.prepared(shape_, [&] { return erase_text(dialect_, table, c); }));
    put_parameters(run, who_, c);
    run.step();
    return connection_.changed() > 0 ? std::nullopt : unmet(table, c.key, c.conditions);
  }

  fault operator()(require_row const& c) const {
    auto const& table = *schema_.find(c.table);
    running_statement run(connection_.prepared(shape_, [&] { return require_text(dialect_, table, c); }));
    put_parameters(run, who_, c);
    return run.step() == step_outcome::row ? std::nullopt : unmet(table, c.key, c.conditions);
  }

 private:
  fault insert(record_description const& table, row const& values, std::string const& shape) const {
    running_statement run(connection_.prepared(shape, [&] { return insert_text(dialect_, table); }));
    put_parameters(run, who_, values);
    if (run.step() == step_outcome::done) return std::nullopt;
    return failure(errc::already_exists, "the key or a unique value is taken");
  }

  // Whether there was a row to add to; fault_ says why it was left alone.
  bool add(record_description const& table, increment_row const& c) const {
    running_statement run(connection_.prepared(shape_, [&] { return add_text(dialect_, table, c); }));
    put_parameters(run, who_, table, c);
    switch (run.step()) {
      case step_outcome::not_unique:
        fault_ = failure(errc::already_exists, "a unique value is taken");
        return true;
      case step_outcome::wrong_type:
        fault_ = failure(errc::invalid_argument, "a sum is out of range");
        return true;
      default:
        return connection_.changed() > 0;
    }
  }

  bool exists(record_description const& table, value const& key) const {
    auto& statement = connection_.prepared(shape_of_exists(table.table), [&] { return exists_text(dialect_, table); });
    running_statement run(statement);
    put_key(run, who_, key);
    return run.step() == step_outcome::row;
  }

  fault unmet(record_description const& table, value const& key, std::vector<condition> const& conditions) const {
    running_statement run(connection_.prepared(shape_of_judgement(table, conditions),
                                               [&] { return judgement_text(dialect_, table, conditions); }));
    put_judgement(run, who_, key, conditions);
    if (run.step() != step_outcome::row) return failure(errc::not_found, "not found");
    std::vector<std::string> lost;
    for (std::size_t i = 0; i < conditions.size(); ++i)
      if (run.integer(static_cast<int>(i) + 1) == 0) lost.push_back(conditions[i].column);
    return unmet_conditions(lost);
  }

  sqlite_dialect dialect_;
  sqlite_connection& connection_;
  schema const& schema_;
  scope const& who_;
  std::string const& shape_;
  mutable fault fault_;
};

}  // namespace

std::optional<failure> apply_change(sqlite_connection& connection, schema const& s, scope const& who, change const& c) {
  auto const shape = shape_of(c);
  return std::visit(applier(connection, s, who, shape), c);
}

}  // namespace sambung::sql
