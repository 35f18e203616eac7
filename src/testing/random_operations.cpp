#include "testing/random_operations.hpp"

#include <sambung/testing/scopes.hpp>

#include "testing/probe.hpp"

#include <limits>

namespace sambung::testing {
namespace {

using int64_limits = std::numeric_limits<std::int64_t>;

std::vector<std::int64_t> const& edge_integers() {
  static std::vector<std::int64_t> const all{int64_limits::min(), int64_limits::min() + 1, int64_limits::max(),
                                             int64_limits::max() - 1, -1};
  return all;
}

std::vector<double> const& edge_reals() {
  static std::vector<double> const all{0.0, -0.0, 1.0, -1.5, 0.1, 1e-320, 1e300, -1e300, 1e15, 123456789.25};
  return all;
}

std::vector<std::string> const& some_words() {
  static std::vector<std::string> const all{"",     "a",    "b", "A",    "ab", "naïve", "😀",
                                            "日本", "100%", "_", "it's", "Ж",  "ж"};
  return all;
}

std::vector<std::vector<std::string>> const& some_scripts() {
  static std::vector<std::vector<std::string>> const all{{"s", "ß", "S", "ẞ", "ss"},
                                                         {"i", "İ", "I", "ı", "\xCC\x87"},
                                                         {"e", "é", "E", "\xCC\x81", "ê"},
                                                         {"σ", "ς", "Σ", "ύ"},
                                                         {"ﬁ", "f", "i", "ﬃ"},
                                                         {"Ａ", "a", "１", "1", "①"},
                                                         {"е", "ё", "Й", "и"},
                                                         {"机", "器", "学", "习"},
                                                         {"か", "が", "ｶ", "ﾞ", "ガ", "ー"},
                                                         {"한", "국", "ᄒ", "ᅡ", "ᆫ"},
                                                         {"ก", "า", "ี", "้"},
                                                         {"ລ", "າ", "ກ"},
                                                         {"ក", "្", "ខ"},
                                                         {"က", "မ", "္", "ာ"},
                                                         {"न", "म", "स", "्", "ि"},
                                                         {"ש", "ָ", "ל"},
                                                         {"م", "ُ", "ح", "ـ", "أ"},
                                                         {"𐐀", "𐐨"},
                                                         {"𠮷", "野", "a"},
                                                         {"ა", "Ა", "բ", "և"},
                                                         {"\xC2\xAD", "\xE2\x80\x8D", "x", "\xEF\xB8\x8F"}};
  return all;
}

std::vector<std::string> const& some_gaps() {
  static std::vector<std::string> const all{" ", "-", "\n", " \"", "—", "*", "%", "\\"};
  return all;
}

std::vector<std::string> const& some_jsons() {
  static std::vector<std::string> const all{"null", "[]", "{\"a\":[1,2.5,\"x\"]}", "\"text\"", "{broken"};
  return all;
}

}  // namespace

random_operations::random_operations(std::uint64_t seed) : engine_(seed), schema_(probe_schema()) {}

scope random_operations::any_scope() {
  static scope const scopes[]{tenant_scope(tenant_id{numbered(1)}), tenant_scope(tenant_id{numbered(2)}),
                              system_scope()};
  return scopes[below(3)];
}

query random_operations::any_query(scope const& who) {
  auto const& table = table_of(who);
  auto q = query(table.table).limit(chance(5) ? below(1'200) : 1 + below(20));
  if (chance(15)) return wild(std::move(q), table);
  return along(std::move(q), table, index_of(table));
}

text_query random_operations::any_search(scope const& who) {
  auto const& table = table_of(who);
  std::string text;
  for (auto words = 1 + below(3); words > 0; --words)
    text += (chance(50) ? pick(some_words()) : any_letters(3)) + (chance(20) ? "\" OR *" : " ");
  auto q = text_query(table.table, text).limit(1 + below(10));
  if (chance(30)) q = text_query(std::move(q)).after(any_value(table.fields.front()));
  if (chance(30)) q = text_query(std::move(q)).where(any_condition(table));
  if (chance(30) && table.position("owner_id"))
    q = text_query(std::move(q)).where(condition("owner_id", comparison::equal, value(numbered(below(30)))));
  return q;
}

batch random_operations::any_batch(scope const& who) {
  batch b;
  auto const changes = chance(50) ? 1 : 1 + below(6);
  for (std::size_t i = 0; i < changes; ++i) b.add(any_change(who));
  return b;
}

record_description const& random_operations::table_of(scope const& who) {
  auto const& tables = schema_->modules().front().tables();
  if (chance(1)) return pick(tables);
  if (who.is_system()) return tables[2];
  return chance(80) ? tables[0] : tables[1];
}

value random_operations::any_value(field const& f) {
  if (chance(1)) return value(true);
  if (f.nullable && chance(30)) return value();
  if (chance(1)) return value();
  switch (f.type) {
    case column_type::boolean:
      return value(chance(50));
    case column_type::integer:
      return value(chance(3) ? pick(edge_integers()) : static_cast<std::int64_t>(below(12)));
    case column_type::timestamp:
      return value(static_cast<std::int64_t>(below(8)) - 2);
    case column_type::real:
      return value(pick(edge_reals()));
    case column_type::uuid:
      return value(numbered(below(30)));
    case column_type::json:
      return value(std::string(pick(some_jsons())));
    case column_type::text:
      return value(any_text());
    case column_type::bytes:
      return value(binary(below(20), static_cast<std::byte>(below(256))));
  }
  return value();
}

std::string random_operations::any_text() {
  if (chance(1)) return std::string("nul\0", 4);
  if (chance(1)) return "\xC3";
  if (chance(40)) return pick(some_words());
  if (chance(40)) return any_letters(8) + pick(some_gaps()) + any_letters(8);
  return pick(some_words()) + pick(some_gaps()) + pick(some_words());
}

// Few letters of one script, so that the same ones stand together again and again.
std::string random_operations::any_letters(std::size_t most) {
  auto const& script = pick(some_scripts());
  std::string out;
  for (auto letters = 1 + below(most); letters > 0; --letters) out += pick(script);
  return out;
}

row random_operations::any_row(record_description const& table) {
  row out;
  for (auto const& f : table.fields) out.push_back(any_value(f));
  if (chance(1)) out.pop_back();
  return out;
}

std::string random_operations::any_column(record_description const& table) {
  return chance(1) ? "nothing" : pick(table.fields).name;
}

condition random_operations::any_condition(record_description const& table) {
  auto const column = any_column(table);
  auto const at = table.position(column).value_or(0);
  return condition(column, static_cast<comparison>(below(8)), any_value(table.fields[at]));
}

std::vector<condition> random_operations::any_conditions(record_description const& table) {
  std::vector<condition> out;
  while (chance(35)) out.push_back(any_condition(table));
  return out;
}

change random_operations::any_change(scope const& who) {
  auto const& table = table_of(who);
  auto const& name = table.table;
  auto const key = any_value(table.fields.front());
  switch (below(8)) {
    case 0:
    case 1:
    case 2:
      return insert_row{name, any_row(table)};
    case 3:
    case 4:
      return update_row{name, key, any_assignments(table), any_conditions(table)};
    case 5:
      return increment_row{name, any_row(table), any_sums(table)};
    case 6:
      return erase_row{name, key, any_conditions(table)};
    default:
      return require_row{name, key, any_conditions(table)};
  }
}

std::vector<assignment> random_operations::any_assignments(record_description const& table) {
  std::vector<assignment> out;
  for (std::size_t i = 1; i < table.fields.size(); ++i)
    if (chance(25)) out.push_back({table.fields[i].name, any_value(table.fields[i])});
  if (chance(1)) out.push_back({table.fields.front().name, any_value(table.fields.front())});
  return out;
}

std::vector<std::string> random_operations::any_sums(record_description const& table) {
  std::vector<std::string> out;
  for (std::size_t i = 1; i < table.fields.size(); ++i)
    if (table.fields[i].type == column_type::integer && chance(60)) out.push_back(table.fields[i].name);
  if (chance(1)) out.push_back(any_column(table));
  return out;
}

std::vector<std::string> random_operations::index_of(record_description const& table) {
  auto const key = table.fields.front().name;
  auto const which = below(table.indexes.size() + 1);
  if (which == table.indexes.size()) return {key};
  auto columns = table.indexes[which].columns;
  columns.push_back(key);
  return columns;
}

direction random_operations::any_direction() { return chance(50) ? direction::ascending : direction::descending; }

// A query that the index covers, most of the time.
query random_operations::along(query q, record_description const& table, std::vector<std::string> columns) {
  auto const fixed = below(columns.size() + 1);
  for (std::size_t i = 0; i < fixed; ++i) {
    auto const op = chance(10) ? comparison::is_null : comparison::equal;
    q = query(std::move(q)).where(columns[i], op, any_value(table.fields[*table.position(columns[i])]));
  }
  columns.erase(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(fixed));
  if (!columns.empty() && chance(40)) {
    auto const& f = table.fields[*table.position(columns.front())];
    q = query(std::move(q)).where(f.name, static_cast<comparison>(2 + below(6)), any_value(f));
    if (chance(40)) columns.clear();
  }
  q = query(std::move(q)).order(std::move(columns), any_direction());
  return chance(40) ? behind(std::move(q), table) : q;
}

query random_operations::wild(query q, record_description const& table) {
  for (auto const& c : any_conditions(table)) q = query(std::move(q)).where(c);
  std::vector<std::string> order;
  while (chance(40)) order.push_back(any_column(table));
  q = query(std::move(q)).order(std::move(order), any_direction());
  return chance(30) ? behind(std::move(q), table) : q;
}

query random_operations::behind(query q, record_description const& table) {
  row place;
  for (auto const& column : completed_order(q, table))
    place.push_back(any_value(table.fields[table.position(column).value_or(0)]));
  return query(std::move(q)).after(std::move(place));
}

}  // namespace sambung::testing
