#include <sambung/storage/query.hpp>

#include "storage/checking.hpp"
#include "storage/owner_mark.hpp"

#include <algorithm>
#include <set>

namespace sambung {

namespace detail {

std::string wrong_scope_message(record_description const& table) {
  return table.table + (table.scope == table_scope::system ? " belongs to the system" : " belongs to tenants");
}

std::optional<std::string> operand_fault(value const& v, field const& column) {
  // The limits of a column bind what is stored, not what it may be compared with.
  field any;
  any.type = column.type;
  any.nullable = true;
  any.max_bytes = std::numeric_limits<std::size_t>::max();
  return value_fault(v, any);
}

std::optional<std::string> condition_fault(condition const& c, record_description const& table) {
  auto const at = table.position(c.column);
  if (!at) return "no such column";
  if (c.op == comparison::is_null || c.op == comparison::is_not_null) return std::nullopt;
  if (auto const what = incomparable(table.fields[*at].type)) return std::string(*what) + " cannot be compared";
  return operand_fault(c.operand, table.fields[*at]);
}

failure invalid(std::vector<issue> issues) {
  auto const& first = issues.front();
  auto text = first.path.empty() ? first.message : first.path + ": " + first.message;
  if (issues.size() > 1) text += " (and " + std::to_string(issues.size() - 1) + " more)";
  return failure(errc::invalid_argument, std::move(text), std::move(issues));
}

}  // namespace detail

namespace {

using columns = std::vector<std::string>;

bool is_equality(condition const& c) { return c.op == comparison::equal || c.op == comparison::is_null; }

columns with_key(columns in, std::string const& key) {
  if (std::ranges::find(in, key) == in.end()) in.push_back(key);
  return in;
}

// What a query asks of an index.
struct demand {
  std::set<std::string> equal;
  std::set<std::string> ranges;
  bool unordered = false;  // a not_equal, which no index answers
  columns order;           // without the columns that are fixed by equality
};

demand demand_of(query const& q, record_description const& table) {
  demand d;
  for (auto const& c : q.conditions()) {
    if (c.op == comparison::not_equal) d.unordered = true;
    else if (is_equality(c)) d.equal.insert(c.column);
    else d.ranges.insert(c.column);
  }
  for (auto const& column : d.equal) d.ranges.erase(column);
  for (auto& column : completed_order(q, table))
    if (!d.equal.contains(column)) d.order.push_back(std::move(column));
  return d;
}

std::string_view spelling(comparison op) {
  switch (op) {
    case comparison::equal:
      return "= ?";
    case comparison::not_equal:
      return "<> ?";
    case comparison::less:
      return "< ?";
    case comparison::less_equal:
      return "<= ?";
    case comparison::greater:
      return "> ?";
    case comparison::greater_equal:
      return ">= ?";
    case comparison::is_null:
      return "is null";
    case comparison::is_not_null:
      break;
  }
  return "is not null";
}

bool single_row(columns const& unique, query const& q) {
  return std::ranges::all_of(unique, [&](std::string const& column) {
    return std::ranges::any_of(q.conditions(),
                               [&](condition const& c) { return c.column == column && c.op == comparison::equal; });
  });
}

bool covers(columns const& index, demand const& d) {
  auto const fixed = d.equal.size();
  if (d.unordered || d.ranges.size() > 1 || fixed > index.size()) return false;
  auto const rest = index.begin() + static_cast<std::ptrdiff_t>(fixed);
  if (!std::all_of(index.begin(), rest, [&](std::string const& column) { return d.equal.contains(column); }))
    return false;
  if (!d.ranges.empty()) return rest != index.end() && d.ranges.contains(*rest);
  return d.order.size() <= static_cast<std::size_t>(index.end() - rest) &&
         std::equal(d.order.begin(), d.order.end(), rest);
}

bool is_covered(query const& q, record_description const& table) {
  auto const& key = table.fields.front().name;
  auto const d = demand_of(q, table);
  if (single_row({key}, q) || covers({key}, d)) return true;
  return std::ranges::any_of(table.indexes, [&](index const& i) {
    return (i.unique && single_row(i.columns, q)) || covers(with_key(i.columns, key), d);
  });
}

std::string listed(columns const& all) {
  std::string text;
  for (auto const& column : all) (text += text.empty() ? "" : ", ") += column;
  return text;
}

// "title = ?, rank < ?, by made_at, id"
std::string asked_of(query const& q, record_description const& table) {
  std::string text;
  for (auto const& c : q.conditions()) text += c.column + ' ' + std::string(spelling(c.op)) + ", ";
  return text + "by " + listed(completed_order(q, table));
}

// "(id), (owner_id, id), unique (title)"
std::string indexes_of(record_description const& table) {
  auto const& key = table.fields.front().name;
  auto text = '(' + key + ')';
  for (auto const& i : table.indexes)
    text += i.unique ? ", unique (" + listed(i.columns) + ')' : ", (" + listed(with_key(i.columns, key)) + ')';
  return text;
}

// Collects what is wrong with a query or text_query.
class query_checker {
 public:
  explicit query_checker(record_description const& table) : table_(table) {}

  void fault(std::string path, std::string message) { issues_.push_back({std::move(path), std::move(message)}); }

  void conditions(std::vector<condition> const& all) {
    for (auto const& c : all)
      if (auto wrong = detail::condition_fault(c, table_)) fault(c.column, std::move(*wrong));
  }
  void limit(std::size_t rows) {
    if (rows < 1 || rows > max_rows) fault("limit", "must be 1 to " + std::to_string(max_rows));
  }
  void order(columns const& all) {
    for (auto const& column : all) {
      auto const at = table_.position(column);
      if (!at) fault("order", "no such column: " + column);
      else if (table_.fields[*at].nullable) fault("order", "may be null: " + column);
      else if (auto const what = detail::incomparable(table_.fields[*at].type))
        fault("order", "is " + std::string(*what) + ": " + column);
      if (std::ranges::count(all, column) > 1) fault("order", "named twice: " + column);
    }
  }
  void place(columns const& order, row const& values) {
    if (values.size() != order.size()) return fault("after", "must be " + std::to_string(order.size()) + " values");
    for (std::size_t i = 0; i < values.size(); ++i) place(order[i], values[i]);
  }
  void place(std::string const& column, value const& v) {
    auto const at = table_.position(column);
    if (!at) return;
    if (std::holds_alternative<std::monostate>(v)) fault("after", "must not be null");
    else if (auto wrong = detail::operand_fault(v, table_.fields[*at])) fault("after", std::move(*wrong));
  }

  bool failed() const { return !issues_.empty(); }
  result<record_description const*> outcome() && {
    if (issues_.empty()) return &table_;
    return detail::invalid(std::move(issues_));
  }

 private:
  record_description const& table_;
  std::vector<issue> issues_;
};

result<record_description const*> table_for(schema const& s, scope const& who, std::string const& name) {
  auto const* table = s.find(name);
  if (!table) return failure(errc::invalid_argument, "no such table: " + name, {{"table", "no such table"}});
  if (detail::wrong_scope(*table, who)) return failure(errc::permission_denied, detail::wrong_scope_message(*table));
  return table;
}

}  // namespace

condition::condition(std::string column_, comparison op_) : condition(std::move(column_), op_, value()) {}

condition::condition(std::string column_, comparison op_, value operand_)
    : column(std::move(column_)), op(op_), operand(std::move(operand_)) {}

query::query(std::string table) : table_(std::move(table)) {}

query query::where(condition c) && {
  conditions_.push_back(std::move(c));
  return std::move(*this);
}

query query::where(std::string column, comparison op) && {
  return std::move(*this).where(condition(std::move(column), op));
}

query query::where(std::string column, comparison op, value operand) && {
  return std::move(*this).where(condition(std::move(column), op, std::move(operand)));
}

query query::order(std::vector<std::string> columns, direction d) && {
  order_ = std::move(columns);
  direction_ = d;
  return std::move(*this);
}

query query::after(row place) && {
  after_ = std::move(place);
  return std::move(*this);
}

query query::limit(std::size_t rows) && {
  limit_ = rows;
  return std::move(*this);
}

text_query::text_query(std::string table, std::string text) : table_(std::move(table)), text_(std::move(text)) {}

text_query text_query::where(condition c) && {
  conditions_.push_back(std::move(c));
  return std::move(*this);
}

text_query text_query::after(value key) && {
  after_ = std::move(key);
  return std::move(*this);
}

text_query text_query::limit(std::size_t rows) && {
  limit_ = rows;
  return std::move(*this);
}

value const& place_behind(rows const& found) { return found.place ? *found.place : found.items.back().front(); }

std::vector<std::string> completed_order(query const& q, record_description const& table) {
  return with_key(q.order(), table.fields.front().name);
}

result<record_description const*> check(schema const& s, scope const& who, query const& q) {
  auto const table = table_for(s, who, q.table());
  if (!table) return table;
  query_checker checker(**table);
  checker.conditions(q.conditions());
  checker.limit(q.limit());
  checker.order(q.order());
  if (q.after()) checker.place(completed_order(q, **table), *q.after());
  if (!checker.failed() && !is_covered(q, **table))
    checker.fault("", "no index of " + q.table() + " covers the query " + asked_of(q, **table) + "; there are " +
                          indexes_of(**table));
  return std::move(checker).outcome();
}

result<record_description const*> check_tenants(schema const& s, scope const& who, std::string const& table) {
  auto const* found = s.find(table);
  if (!found) return failure(errc::invalid_argument, "no such table: " + table, {{"table", "no such table"}});
  if (found->scope == table_scope::system) return failure(errc::permission_denied, detail::wrong_scope_message(*found));
  if (!who.is_system()) return failure(errc::permission_denied, "only the system asks which tenants there are");
  return found;
}

result<record_description const*> check_searched(schema const& s, scope const& who, std::string const& table) {
  auto const found = table_for(s, who, table);
  if (!found || !(*found)->search.empty()) return found;
  return detail::invalid({{"table", table + " is not searchable"}});
}

result<record_description const*> check(schema const& s, scope const& who, text_query const& q) {
  auto const table = check_searched(s, who, q.table());
  if (!table) return table;
  query_checker checker(**table);
  field any;
  any.max_bytes = max_search_bytes;
  if (auto wrong = text_fault(q.text(), any)) checker.fault("text", std::move(*wrong));
  checker.conditions(q.conditions());
  if ((*table)->searched_by_owner && !detail::named_owner(q, **table))
    checker.fault(detail::marked_column(**table)->name, "a search of " + q.table() + " says whose rows it is about");
  checker.limit(q.limit());
  if (q.after()) checker.place((*table)->fields.front().name, *q.after());
  return std::move(checker).outcome();
}

}  // namespace sambung
