#include <sambung/storage/schema.hpp>

#include "storage/checking.hpp"
#include "storage/index_name.hpp"
#include "storage/initial.hpp"
#include "storage/owner_mark.hpp"
#include "storage/ownership_check.hpp"

#include <algorithm>
#include <set>

namespace sambung {
namespace {

// Collects what is wrong with the descriptions.
class schema_checker {
 public:
  void module(module_schema const& m) {
    if (!detail::is_snake_case(m.name())) fault(m.name(), "a module's name must be snake_case");
    if (!modules_.insert(m.name()).second) fault(m.name(), "the module is there twice");
    for (auto const& t : m.tables()) table(t);
    for (auto const& t : m.tables())
      for (auto const& r : t.references) reference_target(m, t, r);
    for (auto const& t : m.tables()) ownership(t);
    int expected = 2;
    for (auto const& step : m.migrations()) {
      if (step.version != expected++) fault(m.name(), "versions must count 2, 3, 4");
      for (auto const& one : step.steps) std::visit([&](auto const& s) { this->step(m, s); }, one);
    }
  }

  std::vector<issue> issues() && { return std::move(issues_); }

 private:
  void fault(std::string path, std::string message) { issues_.push_back({std::move(path), std::move(message)}); }

  void table(record_description const& t) {
    if (!detail::is_snake_case(t.table)) fault(t.table, "a table's name must be snake_case");
    if (t.table.starts_with("sambung_schema") || t.table.starts_with("sqlite_")) fault(t.table, "the name is taken");
    if (!tables_.insert(t.table).second) return fault(t.table, "the table is there twice");
    if (t.fields.empty()) return fault(t.table, "a table needs a key");
    key(t);
    std::set<std::string> names;
    for (auto const& f : t.fields) {
      if (f.type == column_type::bytes && f.max_bytes > max_binary_bytes)
        fault(t.table + "." + f.name, "at most " + std::to_string(max_binary_bytes) + " bytes");
      if (!detail::is_snake_case(f.name)) fault(t.table + "." + f.name, "a column's name must be snake_case");
      if (!names.insert(f.name).second) fault(t.table + "." + f.name, "the column is there twice");
    }
    if (t.scope == table_scope::tenant && names.contains("tenant_id"))
      fault(t.table + ".tenant_id", "storage adds this column");
    for (auto const& i : t.indexes) index_columns(t, i);
    for (auto const& column : t.search) {
      auto const at = t.position(column);
      if (!at || t.fields[*at].type != column_type::text) fault(t.table + "." + column, "only text is searchable");
    }
    auto const* owner = detail::marked_column(t);
    bool const by_owner = t.scope == table_scope::tenant && !t.search.empty() && owner && !owner->nullable;
    if (t.searched_by_owner && !by_owner)
      fault(t.table, "searched by owner is a tenant's table with searchable columns and one of an owner's id");
  }

  void ownership(record_description const& t) {
    if (t.fields.empty()) return;
    auto found = detail::ownership_faults(t, before_);
    issues_.insert(issues_.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
    before_.push_back(&t);
  }

  void key(record_description const& t) {
    auto const& key = t.fields.front();
    bool const typed =
        key.type == column_type::uuid || key.type == column_type::text || key.type == column_type::integer;
    if (!typed || key.nullable) fault(t.table + "." + key.name, "a key must be a UUID, text or an integer");
  }

  void index_columns(record_description const& t, index const& i) {
    if (i.columns.empty()) fault(t.table, "an index needs a column");
    // A database makes one of each name: {"a_b"} and {"a", "b"} would be one index.
    auto const name = detail::index_name(t, i);
    if (!indexes_.insert(name).second) fault(t.table, "two indexes are called " + name);
    for (auto const& column : i.columns) {
      auto const at = t.position(column);
      if (!at) fault(t.table + "." + column, "an index names no such column");
      else if (auto const what = detail::incomparable(t.fields[*at].type))
        fault(t.table + "." + column, std::string(*what) + " cannot be indexed");
      if (std::ranges::count(i.columns, column) > 1) fault(t.table + "." + column, "an index names it twice");
    }
  }

  void reference_target(module_schema const& m, record_description const& t, reference const& r) {
    auto const at = t.position(r.column);
    auto const path = t.table + "." + r.column;
    if (!at) return fault(path, "a reference names no such column");
    auto const indexed = [&](index const& i) { return !i.columns.empty() && i.columns.front() == r.column; };
    if (*at != 0 && std::ranges::none_of(t.indexes, indexed))
      fault(path, "a column that refers to a table needs an index");
    for (auto const& parent : m.tables()) {
      if (&parent == &t) break;
      if (parent.table != r.table) continue;
      if (parent.scope != t.scope || parent.fields.front().type != t.fields[*at].type)
        fault(path, "the key of " + r.table + " is of another kind");
      return;
    }
    fault(path, "no table before this one in the module is called " + r.table);
  }

  record_description const* step_table(module_schema const& m, std::string const& name) {
    auto const found = std::ranges::find(m.tables(), name, &record_description::table);
    if (found != m.tables().end()) return &*found;
    fault(name, "a step names no table of the module " + m.name());
    return nullptr;
  }
  void step(module_schema const& m, add_table const& s) { step_table(m, s.table); }
  void step(module_schema const& m, add_column const& s) {
    auto const* t = step_table(m, s.table);
    if (!t) return;
    auto const at = t->position(s.column);
    if (!at) return fault(s.table + "." + s.column, "a step names no such column");
    auto const initial = detail::initial_value(s.initial_json, t->fields[*at]);
    if (!initial) fault(s.table + "." + s.column, "the initial value " + initial.error().message);
  }
  void step(module_schema const& m, add_index const& s) {
    auto const* t = step_table(m, s.table);
    if (t && std::ranges::find(t->indexes, s.added) == t->indexes.end())
      fault(s.table, "a step adds an index that is not described");
  }
  void step(module_schema const& m, allow_null const& s) {
    auto const* t = step_table(m, s.table);
    if (!t) return;
    auto const at = t->position(s.column);
    if (!at || !t->fields[*at].nullable)
      fault(s.table + "." + s.column, "a step allows null where the description does not");
  }

  std::set<std::string> modules_;
  std::set<std::string> tables_;
  std::set<std::string> indexes_;
  std::vector<record_description const*> before_;
  std::vector<issue> issues_;
};

result<value> decoded(boost::json::value const& in, field const& column) {
  json_reader reader;
  field const any;
  value out;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;
  binary bytes;
  bool boolean = false;
  timestamp time{};
  uuid id;
  switch (column.type) {
    case column_type::boolean:
      reader.read(in, boolean), out = boolean;
      break;
    case column_type::integer:
      reader.read(in, integer, any), out = integer;
      break;
    case column_type::real:
      reader.read(in, real), out = real;
      break;
    case column_type::text:
      reader.read(in, text, column), out = text;
      break;
    case column_type::uuid:
      reader.read(in, id), out = id;
      break;
    case column_type::timestamp:
      reader.read(in, time), out = std::int64_t(time.time_since_epoch().count());
      break;
    case column_type::json:
      out = detail::json_text(in);
      break;
    case column_type::bytes:
      reader.read(in, bytes, column), out = std::move(bytes);
      break;
  }
  if (reader.failed()) return reader.why();
  return out;
}

}  // namespace

namespace detail {

bool is_snake_case(std::string_view name) {
  auto const lower = [](char c) { return c >= 'a' && c <= 'z'; };
  auto const rest = [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= 63 && lower(name.front()) && std::ranges::all_of(name, rest);
}

result<value> initial_value(std::string const& initial_json, field const& column) {
  auto const parsed = parse_json(initial_json);
  if (!parsed) return parsed.error();
  auto out = parsed->is_null() ? result<value>(value()) : decoded(*parsed, column);
  if (!out) return out;
  if (auto wrong = value_fault(*out, column)) return failure(errc::invalid_argument, std::move(*wrong));
  return out;
}

}  // namespace detail

module_schema::module_schema(std::string name) : name_(std::move(name)) {}

module_schema& module_schema::table(record_description described) {
  for (auto& f : described.fields)
    if (f.json_name.empty()) f.json_name = camel_case(f.name);
  tables_.push_back(std::move(described));
  return *this;
}

module_schema& module_schema::migrate(int version, std::vector<migration_step> steps) {
  migrations_.push_back({version, std::move(steps)});
  return *this;
}

schema::schema(std::vector<module_schema> modules) : modules_(std::move(modules)) {
  auto issues = check();
  if (issues.empty()) return;
  throw error(detail::invalid(std::move(issues)));
}

record_description const* schema::find(std::string_view table) const {
  for (auto const& m : modules_)
    for (auto const& t : m.tables())
      if (t.table == table) return &t;
  return nullptr;
}

std::vector<issue> schema::check() const {
  schema_checker checker;
  for (auto const& m : modules_) checker.module(m);
  return std::move(checker).issues();
}

}  // namespace sambung
