#include <sambung/testing/storage_difference.hpp>

#include <sambung/testing/scopes.hpp>

#include "testing/probe.hpp"

#include <limits>
#include <random>
#include <sstream>

namespace sambung::testing {
namespace {

// Makes operations from few values, so that rows meet each other often.
class generator {
 public:
  explicit generator(std::uint64_t seed) : engine_(seed), schema_(probe_schema()) {}

  bool chance(int percent) { return static_cast<int>(below(100)) < percent; }
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(engine_() % end); }

  template <class T>
  T const& pick(std::vector<T> const& from) {
    return from[below(from.size())];
  }

  scope any_scope() {
    static scope const scopes[]{tenant_scope(tenant_id{numbered(1)}), tenant_scope(tenant_id{numbered(2)}),
                                system_scope()};
    return scopes[below(3)];
  }

  query any_query(scope const& who) {
    auto const& table = table_of(who);
    auto q = query(table.table).limit(chance(5) ? below(1'200) : 1 + below(20));
    if (chance(15)) return wild(std::move(q), table);
    return along(std::move(q), table, index_of(table));
  }

  text_query any_search(scope const& who) {
    auto const& table = table_of(who);
    std::string text;
    for (auto words = 1 + below(3); words > 0; --words)
      text += (chance(50) ? pick(words_) : any_letters(3)) + (chance(20) ? "\" OR *" : " ");
    auto q = text_query(table.table, text).limit(1 + below(10));
    if (chance(30)) q = text_query(std::move(q)).after(any_value(table.fields.front()));
    if (chance(30)) q = text_query(std::move(q)).where(any_condition(table));
    if (chance(30) && table.position("owner_id"))
      q = text_query(std::move(q)).where(condition("owner_id", comparison::equal, value(numbered(below(30)))));
    return q;
  }

  batch any_batch(scope const& who) {
    batch b;
    auto const changes = chance(50) ? 1 : 1 + below(6);
    for (std::size_t i = 0; i < changes; ++i) b.add(any_change(who));
    return b;
  }

 private:
  record_description const& table_of(scope const& who) {
    auto const& tables = schema_->modules().front().tables();
    if (chance(1)) return pick(tables);
    if (who.is_system()) return tables[2];
    return chance(80) ? tables[0] : tables[1];
  }

  value any_value(field const& f) {
    if (chance(1)) return value(true);
    if (f.nullable && chance(30)) return value();
    if (chance(1)) return value();
    switch (f.type) {
      case column_type::boolean:
        return value(chance(50));
      case column_type::integer:
        return value(chance(3) ? pick(wide_) : static_cast<std::int64_t>(below(12)));
      case column_type::timestamp:
        return value(static_cast<std::int64_t>(below(8)) - 2);
      case column_type::real:
        return value(pick(reals_));
      case column_type::uuid:
        return value(numbered(below(30)));
      case column_type::json:
        return value(std::string(pick(jsons_)));
      case column_type::text:
        return value(any_text());
      case column_type::bytes:
        return value(binary(below(20), static_cast<std::byte>(below(256))));
    }
    return value();
  }

  std::string any_text() {
    if (chance(1)) return std::string("nul\0", 4);
    if (chance(1)) return "\xC3";
    if (chance(40)) return pick(words_);
    if (chance(40)) return any_letters(8) + pick(gaps_) + any_letters(8);
    return pick(words_) + pick(gaps_) + pick(words_);
  }

  // Few letters of one script, so that the same ones stand together again and again.
  std::string any_letters(std::size_t most) {
    auto const& script = pick(scripts_);
    std::string out;
    for (auto letters = 1 + below(most); letters > 0; --letters) out += pick(script);
    return out;
  }

  row any_row(record_description const& table) {
    row out;
    for (auto const& f : table.fields) out.push_back(any_value(f));
    if (chance(1)) out.pop_back();
    return out;
  }

  std::string any_column(record_description const& table) { return chance(1) ? "nothing" : pick(table.fields).name; }

  condition any_condition(record_description const& table) {
    auto const column = any_column(table);
    auto const at = table.position(column).value_or(0);
    return condition(column, static_cast<comparison>(below(8)), any_value(table.fields[at]));
  }
  std::vector<condition> any_conditions(record_description const& table) {
    std::vector<condition> out;
    while (chance(35)) out.push_back(any_condition(table));
    return out;
  }

  change any_change(scope const& who) {
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

  std::vector<assignment> any_assignments(record_description const& table) {
    std::vector<assignment> out;
    for (std::size_t i = 1; i < table.fields.size(); ++i)
      if (chance(25)) out.push_back({table.fields[i].name, any_value(table.fields[i])});
    if (chance(1)) out.push_back({table.fields.front().name, any_value(table.fields.front())});
    return out;
  }

  std::vector<std::string> any_sums(record_description const& table) {
    std::vector<std::string> out;
    for (std::size_t i = 1; i < table.fields.size(); ++i)
      if (table.fields[i].type == column_type::integer && chance(60)) out.push_back(table.fields[i].name);
    if (chance(1)) out.push_back(any_column(table));
    return out;
  }

  std::vector<std::string> index_of(record_description const& table) {
    auto const key = table.fields.front().name;
    auto const which = below(table.indexes.size() + 1);
    if (which == table.indexes.size()) return {key};
    auto columns = table.indexes[which].columns;
    columns.push_back(key);
    return columns;
  }

  direction any_direction() { return chance(50) ? direction::ascending : direction::descending; }

  // A query that the index covers, most of the time.
  query along(query q, record_description const& table, std::vector<std::string> columns) {
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

  query wild(query q, record_description const& table) {
    for (auto const& c : any_conditions(table)) q = query(std::move(q)).where(c);
    std::vector<std::string> order;
    while (chance(40)) order.push_back(any_column(table));
    q = query(std::move(q)).order(std::move(order), any_direction());
    return chance(30) ? behind(std::move(q), table) : q;
  }

  query behind(query q, record_description const& table) {
    row place;
    for (auto const& column : completed_order(q, table))
      place.push_back(any_value(table.fields[table.position(column).value_or(0)]));
    return query(std::move(q)).after(std::move(place));
  }

  std::mt19937_64 engine_;
  schema_ref schema_;
  using integers = std::numeric_limits<std::int64_t>;
  std::vector<std::int64_t> const wide_{integers::min(), integers::min() + 1, integers::max(), integers::max() - 1, -1};
  std::vector<double> const reals_{0.0, -0.0, 1.0, -1.5, 0.1, 1e-320, 1e300, -1e300, 1e15, 123456789.25};
  std::vector<std::string> const words_{"", "a", "b", "A", "ab", "naïve", "😀", "日本", "100%", "_", "it's", "Ж", "ж"};
  std::vector<std::vector<std::string>> const scripts_{{"s", "ß", "S", "ẞ", "ss"},
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
  std::vector<std::string> const gaps_{" ", "-", "\n", " \"", "—", "*", "%", "\\"};
  std::vector<std::string> const jsons_{"null", "[]", "{\"a\":[1,2.5,\"x\"]}", "\"text\"", "{broken"};
};

struct printer {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(std::int64_t v) const { return std::to_string(v); }
  std::string operator()(double v) const { return std::to_string(v); }
  std::string operator()(std::string const& v) const { return '"' + v + '"'; }
  std::string operator()(uuid const& v) const { return to_string(v); }
  std::string operator()(binary const& v) const { return to_hex(v); }
};

std::string text_of(failure const& why) {
  auto out = std::string(to_string(why.code)) + " (" + why.message + ")";
  return why.issues.empty() ? out : out + " at " + why.issues.front().path;
}
std::string text_of(receipt const& done) { return std::to_string(done.rows) + " rows"; }
std::string text_of(rows const& found) {
  std::string out = found.more ? "and more: " : "";
  for (auto const& item : found.items) {
    out += '[';
    for (auto const& v : item) out += std::visit(printer{}, v) + ' ';
    out += "] ";
  }
  return out;
}
template <class T>
std::string text_of(result<T> const& outcome) {
  return outcome ? text_of(*outcome) : text_of(outcome.error());
}

bool same(receipt const& a, receipt const& b) { return a.rows == b.rows; }
bool same(rows const& a, rows const& b) { return a.more == b.more && a.items == b.items; }
bool same(failure const& a, failure const& b) {
  auto const path = [](failure const& f) { return f.issues.empty() ? std::string() : f.issues.front().path; };
  return a.code == b.code && path(a) == path(b);
}
template <class T>
bool same(result<T> const& a, result<T> const& b) {
  if (a.has_value() != b.has_value()) return false;
  return a ? same(*a, *b) : same(a.error(), b.error());
}

template <class T>
std::optional<std::string> compared(std::string const& what, result<T> const& expected, result<T> const& found) {
  if (same(expected, found)) return std::nullopt;
  return what + "\n  reference: " + text_of(expected) + "\n  subject:   " + text_of(found);
}

std::string text_of(std::vector<condition> const& conditions) {
  std::ostringstream out;
  for (auto const& c : conditions)
    out << " where " << c.column << " op " << static_cast<int>(c.op) << ' ' << std::visit(printer{}, c.operand);
  return out.str();
}
std::string text_of(query const& q) {
  std::ostringstream out;
  out << "read " << q.table() << text_of(q.conditions()) << " order";
  for (auto const& column : q.order()) out << ' ' << column;
  out << (q.order_direction() == direction::ascending ? " ascending" : " descending") << " limit " << q.limit();
  if (q.after()) {
    out << " after";
    for (auto const& v : *q.after()) out << ' ' << std::visit(printer{}, v);
  }
  return out.str();
}
std::string text_of(text_query const& q) {
  return "search " + q.table() + " for <" + q.text() + ">" + text_of(q.conditions());
}

using difference = std::optional<std::string>;

task<difference> compare_one(storage& reference, storage& subject, generator& make) {
  auto const who = make.any_scope();
  if (make.chance(55)) {
    auto const b = make.any_batch(who);
    auto const expected = co_await reference.write(who, b);
    auto const found = co_await subject.write(who, b);
    co_return compared("a batch of " + std::to_string(b.changes().size()), expected, found);
  }
  if (make.chance(75)) {
    auto const q = make.any_query(who);
    auto const expected = co_await reference.read(who, q);
    auto const found = co_await subject.read(who, q);
    co_return compared(text_of(q), expected, found);
  }
  auto const q = make.any_search(who);
  auto const expected = co_await reference.search(who, q);
  auto const found = co_await subject.search(who, q);
  co_return compared(text_of(q), expected, found);
}

}  // namespace

task<difference> storage_difference(storage& reference, storage& subject, difference_options options) {
  for (auto* one : {&reference, &subject}) {
    auto const ready = co_await one->migrate(probe_schema());
    if (!ready) co_return "migrate: " + text_of(ready.error());
  }
  generator make(options.seed);
  for (std::size_t i = 0; i < options.operations; ++i) {
    auto found = co_await compare_one(reference, subject, make);
    if (found) co_return "seed " + std::to_string(options.seed) + ", operation " + std::to_string(i) + ": " + *found;
  }
  co_return std::nullopt;
}

}  // namespace sambung::testing
