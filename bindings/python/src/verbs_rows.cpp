// Records of Python's own.
#include "cell.hpp"
#include "verb_table.hpp"

namespace sambung::python {
namespace {

failure misuse(std::string message) { return failure(errc::invalid_argument, std::move(message)); }

struct query_input {
  std::vector<cell_list> where;  // column, comparison, operand
  std::optional<std::vector<std::string>> order;
  std::optional<std::string> text;
};
BOOST_DESCRIBE_STRUCT(query_input, (), (where, order, text))

}  // namespace

template <>
struct own_shape<query_input> {
  static shape make() {
    auto s = detail::describe<query_input>();
    for (auto& f : s.fields) f.limits.required = false;
    return s;
  }
};

namespace {

field const& column_called(record_description const& table, std::string const& name) {
  auto const at = table.position(name);
  if (!at) throw error(misuse(table.table + " has no column " + name));
  return table.fields[*at];
}

template <class T>
T const& part_of(cell_list const& in, std::size_t at, char const* what) {
  auto const* found = at < in.size() ? std::get_if<T>(&in[at].value) : nullptr;
  if (!found) throw error(misuse(std::string("a change or condition has no ") + what));
  return *found;
}

sambung::value checked(cell const& in, field const& of) {
  json_reader reader;
  sambung::value read;
  reader.inside(std::string_view(of.name), [&] { read = column_value(in, of, reader); });
  if (reader.failed()) throw error(reader.why());
  return read;
}

comparison comparison_called(std::string const& name) {
  static constexpr std::pair<std::string_view, comparison> all[] = {
      {"equal", comparison::equal},     {"not_equal", comparison::not_equal},
      {"less", comparison::less},       {"less_equal", comparison::less_equal},
      {"greater", comparison::greater}, {"greater_equal", comparison::greater_equal},
      {"is_null", comparison::is_null}, {"is_not_null", comparison::is_not_null}};
  for (auto const& [known, one] : all)
    if (known == name) return one;
  throw error(misuse("no comparison is called " + name));
}

condition condition_of(cell_list const& in, record_description const& table) {
  auto const& of = column_called(table, part_of<std::string>(in, 0, "column"));
  auto const how = comparison_called(part_of<std::string>(in, 1, "comparison"));
  return condition(of.name, how, in.size() > 2 ? checked(in[2], of) : sambung::value());
}

sambung::query query_of(query_input const& in, record_description const& table) {
  sambung::query made(table.table);
  for (auto const& one : in.where) made = std::move(made).where(condition_of(one, table));
  if (!in.order || in.order->empty()) return made;
  auto const falling = in.order->size() > 1 && in.order->at(1) == "descending";
  auto const& of = column_called(table, in.order->front());
  return std::move(made).order({of.name}, falling ? direction::descending : direction::ascending);
}

cell_map told(row const& in, record_description const& table) {
  cell_map made;
  for (std::size_t i = 0; i < in.size() && i < table.fields.size(); ++i)
    made.emplace_back(table.fields[i].name, cell_of(in[i], table.fields[i]));
  return made;
}

page<cell_map> told(page<row> const& in, record_description const& table) {
  page<cell_map> made;
  for (auto const& one : in.items) made.items.push_back(told(one, table));
  made.next_cursor = in.next_cursor;
  made.damaged = in.damaged;
  return made;
}

task<cell_map> get(workspace desk, std::string table, cell key) {
  auto const rows = desk.rows(table);
  auto asked = rows.get(checked(key, rows.description().fields.front()));
  auto const found = co_await std::move(asked);
  co_return told(found, rows.description());
}

task<page<cell_map>> list(workspace desk, std::string table, query_input which, page_request page) {
  auto const rows = desk.rows(table);
  auto asked = rows.list(query_of(which, rows.description()), std::move(page));
  auto const found = co_await std::move(asked);
  co_return told(found, rows.description());
}

task<page<cell_map>> search(workspace desk, std::string table, query_input which, page_request page) {
  auto const rows = desk.rows(table);
  text_query words(table, which.text.value_or(""));
  for (auto const& one : which.where) words = std::move(words).where(condition_of(one, rows.description()));
  auto asked = rows.search(std::move(words), std::move(page));
  auto const found = co_await std::move(asked);
  co_return told(found, rows.description());
}

row row_of(cell_map const& in, record_description const& table) {
  row made(table.fields.size());
  json_reader reader;
  for (auto const& [name, one] : in) {
    auto const at = table.position(name);
    reader.inside(std::string_view(name), [&] {
      if (at) made[*at] = column_value(one, table.fields[*at], reader);
      else reader.fault("unknown field");
    });
  }
  if (reader.failed()) throw error(reader.why());
  return made;
}

std::vector<assignment> assignments_of(cell_map const& in, record_description const& table) {
  std::vector<assignment> made;
  for (auto const& [name, one] : in) made.push_back({name, checked(one, column_called(table, name))});
  return made;
}

// With a revision: only of the row as it was seen, and an update counts one up.
std::vector<condition> seen(cell_list const& in, std::size_t at) {
  std::vector<condition> made;
  if (at < in.size() && std::holds_alternative<std::int64_t>(in[at].value))
    made.emplace_back("revision", comparison::equal, std::get<std::int64_t>(in[at].value));
  return made;
}

// ["insert", table, row], ["update", table, key, columns, revision], ["erase", table, key, revision]
change change_of(workspace const& desk, cell_list const& in) {
  auto const& what = part_of<std::string>(in, 0, "name");
  auto const rows = desk.rows(part_of<std::string>(in, 1, "table"));
  auto const& table = rows.description();
  if (what == "insert") return rows.insert(row_of(part_of<cell_map>(in, 2, "row"), table));
  if (in.size() < 3) throw error(misuse("a change has no key"));
  auto key = checked(in[2], table.fields.front());
  if (what == "erase") return rows.erase(std::move(key), seen(in, 3));
  if (what != "update") throw error(misuse("no change is called " + what));
  auto set = assignments_of(part_of<cell_map>(in, 3, "columns"), table);
  auto when = seen(in, 4);
  if (!when.empty()) set.push_back({"revision", std::get<std::int64_t>(in[4].value) + 1});
  return rows.update(std::move(key), std::move(set), std::move(when));
}

task<std::int64_t> write(workspace desk, std::vector<cell_list> changes) {
  if (changes.empty()) co_return 0;
  batch all;
  for (auto const& one : changes) all.add(change_of(desk, one));
  auto const rows = desk.rows(part_of<std::string>(changes.front(), 1, "table"));
  auto asked = rows.write(std::move(all));
  auto const done = co_await std::move(asked);
  co_return static_cast<std::int64_t>(done.rows);
}

}  // namespace

void add_row_verbs(verb_table& to) {
  to.verb("rows_get", "table key",
          [](workspace const& on, std::string table, cell key) { return get(on, std::move(table), std::move(key)); });
  to.verb("rows_list", "table query page",
          [](workspace const& on, std::string table, query_input which, page_request page) {
            return list(on, std::move(table), std::move(which), std::move(page));
          });
  to.verb("rows_search", "table query page",
          [](workspace const& on, std::string table, query_input which, page_request page) {
            return search(on, std::move(table), std::move(which), std::move(page));
          });
  to.verb("rows_write", "changes",
          [](workspace const& on, std::vector<cell_list> changes) { return write(on, std::move(changes)); });
}

}  // namespace sambung::python
