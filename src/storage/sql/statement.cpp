#include "storage/sql/statement.hpp"

#include <algorithm>

namespace sambung::sql {
namespace {

bool has_operand(condition const& c) { return c.op != comparison::is_null && c.op != comparison::is_not_null; }

std::string_view spelling(comparison op) {
  switch (op) {
    case comparison::equal:
      return " = ";
    case comparison::not_equal:
      return " <> ";
    case comparison::less:
      return " < ";
    case comparison::less_equal:
      return " <= ";
    case comparison::greater:
      return " > ";
    case comparison::greater_equal:
      return " >= ";
    case comparison::is_null:
      return " IS NULL";
    case comparison::is_not_null:
      return " IS NOT NULL";
  }
  return "";
}

// Text that counts its parameters.
class text_writer {
 public:
  explicit text_writer(dialect const& d, std::size_t first = 1) : dialect_(d), next_(first) {}

  text_writer& add(std::string_view text) {
    text_ += text;
    return *this;
  }
  text_writer& name(std::string_view column) { return add(identifier(column)); }
  text_writer& parameter() { return add(dialect_.placeholder(next_++)); }

  template <class Range, class F>
  text_writer& list(Range const& items, std::string_view separator, F&& one) {
    bool first = true;
    for (auto const& item : items) {
      if (!first) add(separator);
      first = false;
      one(item);
    }
    return *this;
  }

  text_writer& where_tenant(record_description const& table) {
    add(" WHERE ");
    if (is_tenant_table(table)) name(tenant_column).add(" = ").parameter();
    else add("TRUE");
    return *this;
  }
  text_writer& where_key(record_description const& table) {
    return where_tenant(table).add(" AND ").name(table.fields.front().name).add(" = ").parameter();
  }
  text_writer& compare(condition const& c) {
    name(c.column).add(spelling(c.op));
    return has_operand(c) ? parameter() : *this;
  }
  text_writer& and_conditions(std::vector<condition> const& conditions, std::string_view prefix = {}) {
    for (auto const& c : conditions) add(" AND ").add(prefix).compare(c);
    return *this;
  }

  std::string text() && { return std::move(text_); }

 private:
  dialect const& dialect_;
  std::size_t next_;
  std::string text_;
};

void put_tenant(parameter_sink& out, scope const& who) {
  if (!who.is_system()) out.put(who.tenant().value);
}

void put_conditions(parameter_sink& out, std::vector<condition> const& conditions) {
  for (auto const& c : conditions)
    if (has_operand(c)) out.put(c.operand);
}

std::string selected(dialect const& d, std::string_view columns, record_description const& table, query const& q) {
  text_writer out(d);
  out.add("SELECT ").add(columns).add(" FROM ").name(table.table).where_tenant(table).and_conditions(q.conditions());
  if (q.after()) {
    auto const order = completed_order(q, table);
    out.add(" AND (").list(order, ", ", [&](auto const& column) { out.name(column); });
    out.add(q.order_direction() == direction::ascending ? ") > (" : ") < (");
    out.list(order, ", ", [&](auto const&) { out.parameter(); }).add(")");
  }
  return std::move(out.add(" ORDER BY ").add(order_list(table, q)).add(" LIMIT ").parameter()).text();
}

}  // namespace

std::string column_list(record_description const& table, std::string_view alias) {
  std::string out;
  for (auto const& f : table.fields) {
    if (!out.empty()) out += ", ";
    if (!alias.empty()) (out += alias) += '.';
    out += identifier(f.name);
  }
  return out;
}

std::string order_list(record_description const& table, query const& q) {
  std::string out;
  for (auto const& column : completed_order(q, table)) {
    if (!out.empty()) out += ", ";
    out += identifier(column) + (q.order_direction() == direction::ascending ? " ASC" : " DESC");
  }
  return out;
}

std::string select_text(dialect const& d, record_description const& table, query const& q) {
  return selected(d, column_list(table, ""), table, q);
}

std::string select_keys_text(dialect const& d, record_description const& table, query const& q) {
  return selected(d, identifier(table.fields.front().name), table, q);
}

std::string select_row_text(dialect const& d, record_description const& table) {
  text_writer out(d);
  out.add("SELECT ").add(column_list(table, "")).add(" FROM ").name(table.table).where_key(table);
  return std::move(out).text();
}

void put_parameters(parameter_sink& out, scope const& who, query const& q) {
  put_tenant(out, who);
  put_conditions(out, q.conditions());
  if (q.after())
    for (auto const& v : *q.after()) out.put(v);
  out.put(static_cast<std::int64_t>(q.limit() + 1));
}

std::string search_conditions(dialect const& d, record_description const& table, text_query const& q,
                              std::string_view alias, std::size_t first) {
  auto const prefix = std::string(alias) + '.';
  text_writer out(d, first);
  out.and_conditions(q.conditions(), prefix);
  if (q.after()) out.add(" AND ").add(prefix).name(table.fields.front().name).add(" < ").parameter();
  return std::move(out).text();
}

std::size_t search_limit(text_query const& q, std::size_t first) {
  auto const operands = std::ranges::count_if(q.conditions(), has_operand);
  return first + static_cast<std::size_t>(operands) + (q.after() ? 1 : 0);
}

void put_search(parameter_sink& out, text_query const& q) {
  put_conditions(out, q.conditions());
  if (q.after()) out.put(*q.after());
  out.put(static_cast<std::int64_t>(q.limit() + 1));
}

std::string next_tenant_text(dialect const& d, record_description const& table, bool above) {
  auto const tenant = identifier(tenant_column);
  auto const behind = above ? " WHERE " + tenant + " > " + d.placeholder(1) : std::string();
  return "SELECT " + tenant + " FROM " + identifier(table.table) + behind + " ORDER BY " + tenant + " LIMIT 1";
}

std::string insert_text(dialect const& d, record_description const& table) {
  text_writer out(d);
  bool const tenant = is_tenant_table(table);
  out.add("INSERT INTO ").name(table.table).add(" (");
  if (tenant) out.name(tenant_column).add(", ");
  out.add(column_list(table, "")).add(") VALUES (");
  if (tenant) out.parameter().add(", ");
  return std::move(out.list(table.fields, ", ", [&](auto const&) { out.parameter(); }).add(")")).text();
}

void put_parameters(parameter_sink& out, scope const& who, row const& values) {
  put_tenant(out, who);
  for (auto const& v : values) out.put(v);
}

std::string update_text(dialect const& d, record_description const& table, update_row const& c) {
  text_writer out(d);
  out.add("UPDATE ").name(table.table).add(" SET ");
  out.list(c.set, ", ", [&](auto const& one) { out.name(one.column).add(" = ").parameter(); });
  return std::move(out.where_key(table).and_conditions(c.conditions)).text();
}

void put_parameters(parameter_sink& out, scope const& who, update_row const& c) {
  for (auto const& one : c.set) out.put(one.to);
  put_key(out, who, c.key);
  put_conditions(out, c.conditions);
}

std::string add_text(dialect const& d, record_description const& table, increment_row const& c) {
  text_writer out(d);
  out.add("UPDATE ").name(table.table).add(" SET ");
  out.list(c.add, ", ", [&](auto const& column) { out.name(column).add(" = ").name(column).add(" + ").parameter(); });
  return std::move(out.where_key(table)).text();
}

void put_parameters(parameter_sink& out, scope const& who, record_description const& table, increment_row const& c) {
  for (auto const& column : c.add) out.put(c.values[*table.position(column)]);
  put_key(out, who, c.values.front());
}

std::string erase_text(dialect const& d, record_description const& table, erase_row const& c) {
  text_writer out(d);
  out.add("DELETE FROM ").name(table.table).where_key(table).and_conditions(c.conditions);
  return std::move(out).text();
}

void put_parameters(parameter_sink& out, scope const& who, erase_row const& c) {
  put_key(out, who, c.key);
  put_conditions(out, c.conditions);
}

std::string require_text(dialect const& d, record_description const& table, require_row const& c) {
  text_writer out(d);
  out.add("SELECT 1 FROM ").name(table.table).where_key(table).and_conditions(c.conditions);
  return std::move(out).text();
}

void put_parameters(parameter_sink& out, scope const& who, require_row const& c) {
  put_key(out, who, c.key);
  put_conditions(out, c.conditions);
}

std::string exists_text(dialect const& d, record_description const& table) {
  text_writer out(d);
  out.add("SELECT 1 FROM ").name(table.table).where_key(table);
  return std::move(out).text();
}

void put_key(parameter_sink& out, scope const& who, value const& key) {
  put_tenant(out, who);
  out.put(key);
}

std::string judgement_text(dialect const& d, record_description const& table,
                           std::vector<condition> const& conditions) {
  text_writer out(d);
  out.add("SELECT 1");
  for (auto const& c : conditions) out.add(", CASE WHEN ").compare(c).add(" THEN 1 ELSE 0 END");
  out.add(" FROM ").name(table.table).where_key(table);
  return std::move(out).text();
}

void put_judgement(parameter_sink& out, scope const& who, value const& key, std::vector<condition> const& conditions) {
  put_conditions(out, conditions);
  put_key(out, who, key);
}

}  // namespace sambung::sql
