#include "storage/postgres/postgres_query.hpp"

#include "storage/bounded_rows.hpp"
#include "storage/phrase_search.hpp"
#include "storage/postgres/postgres_dialect.hpp"
#include "storage/postgres/postgres_full_text.hpp"
#include "storage/sql/statement.hpp"
#include "storage/sql/statement_shape.hpp"

#include <pqxx/result>

namespace sambung::sql {
namespace {

rows rows_in(pqxx::result const& found, record_description const& table, std::size_t limit) {
  detail::bounded_rows out(limit);
  for (std::size_t i = 0; i < found.size() && out.has_room(); ++i) {
    row item;
    item.reserve(table.fields.size());
    for (std::size_t column = 0; column < table.fields.size(); ++column)
      item.push_back(read_value(found, i, column, table.fields[column]));
    out.add(std::move(item));
  }
  return std::move(out).take();
}

// libpq takes a whole answer into memory: where rows may be large, the server leaves out what would be too much.
bool may_be_too_much(record_description const& table, query const& q) { return q.limit() > 1 && may_be_large(table); }

// As PostgreSQL reads a value of the column's type from text.
std::optional<std::string> plain_text(value const& v) {
  if (std::holds_alternative<std::monostate>(v)) return std::nullopt;
  if (auto const* text = std::get_if<std::string>(&v)) return *text;
  execution literal("");
  literal.put(v);
  auto const quoted = std::move(literal).text();
  auto const begin = quoted.find('\'') + 1;
  return quoted.substr(begin, quoted.rfind('\'') - begin);
}

// The conditions of a search, as the arrays that the search function takes.
struct condition_arrays {
  explicit condition_arrays(std::vector<condition> const& conditions) {
    for (auto const& c : conditions) {
      columns.push_back(c.column);
      operators.emplace_back(spelling(c.op));
      bool const compares = c.op != comparison::is_null && c.op != comparison::is_not_null;
      operands.push_back(compares ? plain_text(c.operand) : std::nullopt);
    }
  }
  std::vector<std::optional<std::string>> columns, operators, operands;
};

}  // namespace

rows read_rows(postgres_connection& connection, std::string const& lead, scope const& who,
               record_description const& table, query const& q) {
  connection.bound_statements();
  bool const bounded = may_be_too_much(table, q);
  auto const text = [&] {
    auto all = select_text(postgres_dialect(), table, q);
    return bounded ? bounded_select_text(table, all, order_list(table, q)) : all;
  };
  execution run(connection.prepared(bounded ? shape_of(q) + '#' : shape_of(q), text));
  put_parameters(run, who, q);
  return rows_in(connection.run(lead + scope_text(who) + std::move(run).text()), table, q.limit());
}

rows read_rows(postgres_connection& connection, std::string const& lead, scope const& who,
               record_description const& table, text_query const& q) {
  auto const words = search_words(q.text());
  if (words.empty()) return rows();
  condition_arrays const narrowed(q.conditions());
  return detail::with_phrases(table, q, [&](text_query const& asked) {
    connection.bound_statements();
    execution run(connection.prepared("s" + table.table, [&] { return postgres_search_text(table); }));
    run.put(std::vector<std::optional<std::string>>(words.begin(), words.end()));
    run.put(narrowed.columns);
    run.put(narrowed.operators);
    run.put(narrowed.operands);
    run.put(asked.after() ? *asked.after() : value());
    run.put(static_cast<std::int64_t>(asked.limit() + 1));
    if (!who.is_system()) run.put(who.tenant().value);
    return rows_in(connection.run(lead + scope_text(who) + std::move(run).text()), table, asked.limit());
  });
}

std::vector<tenant_id> read_tenants(postgres_connection& connection, record_description const& table,
                                    std::optional<tenant_id> const& after) {
  connection.bound_statements();
  auto const text = [&] { return "SELECT * FROM " + identifier(tenants_function(table)) + "($1, $2)"; };
  execution run(connection.prepared("t" + table.table, text));
  run.put(after ? value(after->value) : value());
  run.put(static_cast<std::int64_t>(max_rows));
  auto const found = connection.run(std::move(run).text());
  field id;
  id.type = column_type::uuid;
  std::vector<tenant_id> out;
  for (std::size_t i = 0; i < found.size(); ++i) out.push_back(tenant_id{std::get<uuid>(read_value(found, i, 0, id))});
  return out;
}

}  // namespace sambung::sql
