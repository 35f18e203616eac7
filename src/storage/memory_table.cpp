#include "storage/memory_table.hpp"

#include "storage/bounded_rows.hpp"
#include "storage/owner_mark.hpp"
#include "storage/phrase_search.hpp"
#include "storage/row_conditions.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace sambung::detail {
namespace {

using columns = std::vector<std::string>;

bool is_equality(condition const& c) { return c.op == comparison::equal || c.op == comparison::is_null; }

condition const* equality_of(std::string const& column, query const& q) {
  auto const found =
      std::ranges::find_if(q.conditions(), [&](condition const& c) { return c.column == column && is_equality(c); });
  return found == q.conditions().end() ? nullptr : &*found;
}

// What the first `count` columns are equal to.
row fixed_values(columns const& all, std::size_t count, query const& q) {
  row out;
  for (std::size_t n = 0; n < count; ++n) {
    auto const* c = equality_of(all[n], q);
    out.push_back(c->op == comparison::is_null ? value() : c->operand);
  }
  return out;
}

// Whether both are in the index by the same words.
bool same_words(row const& a, row const& b, record_description const& table) {
  auto const is_same = [&](std::string const& column) {
    auto const at = *table.position(column);
    return a[at] == b[at];
  };
  auto const* owner = marked_column(table);
  return std::ranges::all_of(table.search, is_same) && (!owner || is_same(owner->name));
}

}  // namespace

bool memory_table::by_values::operator()(row const& a, beginning const& b) const {
  return std::lexicographical_compare(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(b.values.size()),
                                      b.values.begin(), b.values.end());
}

bool memory_table::by_values::operator()(beginning const& a, row const& b) const {
  return std::lexicographical_compare(a.values.begin(), a.values.end(), b.begin(),
                                      b.begin() + static_cast<std::ptrdiff_t>(a.values.size()));
}

memory_table::memory_table(record_description const& table) : table_(table) {
  auto const& key = table.fields.front().name;
  add_index({key}, 1);
  for (auto const& i : table.indexes) {
    auto columns = i.columns;
    if (std::ranges::find(columns, key) == columns.end()) columns.push_back(key);
    add_index(std::move(columns), i.unique ? i.columns.size() : 0);
  }
}

void memory_table::add_index(std::vector<std::string> columns, std::size_t unique) {
  ordered_index made{std::move(columns), {}, unique, 0, {}};
  for (auto const& column : made.columns) made.positions.push_back(*table_.position(column));
  made.key_at = static_cast<std::size_t>(std::ranges::find(made.positions, 0U) - made.positions.begin());
  indexes_.push_back(std::move(made));
}

row const* memory_table::find(value const& key) const {
  auto const found = rows_.find(key);
  return found == rows_.end() ? nullptr : &found->second;
}

row memory_table::entry_of(row const& in, ordered_index const& i) {
  row out;
  out.reserve(i.columns.size());
  for (auto const at : i.positions) out.push_back(in[at]);
  return out;
}

bool memory_table::is_taken(row const& in, value const* own) const {
  if (!own && rows_.contains(in.front())) return true;
  return std::ranges::any_of(indexes_, [&](ordered_index const& i) {
    if (i.unique == 0) return false;
    beginning held{entry_of(in, i)};
    held.values.resize(i.unique);
    if (std::ranges::any_of(held.values, is_null)) return false;
    auto const found = i.entries.find(held);
    return found != i.entries.end() && (!own || entry_of(*find(*own), i) != *found);
  });
}

void memory_table::put(row in) {
  auto const found = rows_.find(in.front());
  if (found == rows_.end()) {
    auto key = in.front();
    for (auto& i : indexes_) i.entries.insert(entry_of(in, i));
    for (auto const& word : marked_words(in, table_)) words_[word].insert(key);
    rows_.emplace(std::move(key), std::move(in));
    return;
  }
  if (!same_words(found->second, in, table_)) {
    erase(in.front());
    return put(std::move(in));
  }
  for (auto& i : indexes_) {
    i.entries.erase(entry_of(found->second, i));
    i.entries.insert(entry_of(in, i));
  }
  found->second = std::move(in);
}

void memory_table::erase(value const& key) {
  auto const found = rows_.find(key);
  for (auto& i : indexes_) i.entries.erase(entry_of(found->second, i));
  for (auto const& word : marked_words(found->second, table_)) {
    auto const rows = words_.find(word);
    rows->second.erase(found->first);
    if (rows->second.empty()) words_.erase(rows);
  }
  rows_.erase(found);
}

// The part of an index that can hold what a query wants.
struct memory_table::walk {
  using iterator = std::set<row, by_values>::const_iterator;

  ordered_index const* index;
  iterator first, last;
  std::size_t fixed = 0;    // columns at its beginning that the query compares for equality
  bool in_order = false;    // its rows come in the query's order
  bool has_range = false;   // the column behind the fixed ones is in a range
  bool single_row = false;  // at most

  bool precedes(iterator a, iterator b) const {
    auto const end = index->entries.end();
    return a != end && (b == end || *a < *b);
  }
  void from(iterator at) {
    if (precedes(first, at)) first = at;
  }
  void until(iterator at) {
    if (precedes(at, last)) last = at;
  }
  bool empty() const { return !precedes(first, last); }

  auto rank() const { return std::tuple(single_row, fixed, has_range || in_order, in_order); }
};

memory_table::walk memory_table::walk_along(ordered_index const& i, query const& q) const {
  walk w{&i, i.entries.begin(), i.entries.end()};
  while (w.fixed < i.columns.size() && equality_of(i.columns[w.fixed], q)) ++w.fixed;
  beginning const fixed{fixed_values(i.columns, w.fixed, q)};
  w.single_row = i.unique > 0 && w.fixed >= i.unique;
  w.from(i.entries.lower_bound(fixed));
  w.until(i.entries.upper_bound(fixed));

  columns order;
  for (auto const& column : completed_order(q, table_))
    if (!equality_of(column, q)) order.push_back(column);
  auto const rest = i.columns.begin() + static_cast<std::ptrdiff_t>(w.fixed);
  w.in_order = order.size() <= i.columns.size() - w.fixed && std::equal(order.begin(), order.end(), rest);
  if (rest == i.columns.end()) return w;

  for (auto const& c : q.conditions()) {
    if (c.column != *rest) continue;
    auto bound = fixed;
    bound.values.push_back(c.operand);
    w.has_range = w.has_range || c.op != comparison::not_equal;
    if (c.op == comparison::greater) w.from(i.entries.upper_bound(bound));
    if (c.op == comparison::greater_equal) w.from(i.entries.lower_bound(bound));
    if (c.op == comparison::less) w.until(i.entries.lower_bound(bound));
    if (c.op == comparison::less_equal) w.until(i.entries.upper_bound(bound));
  }
  return w;
}

memory_table::walk memory_table::best_walk(query const& q) const {
  auto best = walk_along(indexes_.front(), q);
  for (auto const& i : indexes_) {
    if (best.single_row) break;
    if (auto w = walk_along(i, q); best.rank() < w.rank()) best = w;
  }
  return best;
}

// The part of an ordered walk that is left behind the query's place.
void memory_table::go_on_behind(walk& w, query const& q) const {
  auto const& entries = w.index->entries;
  auto place = fixed_values(w.index->columns, w.fixed, q);
  auto const order = completed_order(q, table_);
  for (std::size_t n = 0; n < order.size(); ++n) {
    auto const* fixed = equality_of(order[n], q);
    if (!fixed) place.push_back((*q.after())[n]);
    else if (fixed->operand != (*q.after())[n]) return;  // the place is of other rows: all of these are on one side
  }
  if (q.order_direction() == direction::ascending) w.from(entries.lower_bound(beginning{std::move(place)}));
  else w.until(entries.upper_bound(beginning{std::move(place)}));
}

row memory_table::place_of(row const& in, query const& q) const {
  row out;
  for (auto const& column : completed_order(q, table_)) out.push_back(in[*table_.position(column)]);
  return out;
}

bool memory_table::is_wanted(row const& in, query const& q) const {
  if (!all_hold(q.conditions(), table_, in)) return false;
  if (!q.after()) return true;
  bool const rising = q.order_direction() == direction::ascending;
  return rising ? *q.after() < place_of(in, q) : place_of(in, q) < *q.after();
}

rows memory_table::in_order(walk const& w, query const& q) const {
  bounded_rows out(q.limit());
  auto const is_full = [&](row const& entry) {
    auto const& in = row_of(entry, *w.index);
    if (!is_wanted(in, q)) return false;
    if (!out.has_room()) return true;
    out.add(in);
    return false;
  };
  if (q.order_direction() == direction::ascending) std::find_if(w.first, w.last, is_full);
  else std::find_if(std::reverse_iterator(w.last), std::reverse_iterator(w.first), is_full);
  return std::move(out).take();
}

rows memory_table::sorted(walk const& w, query const& q) const {
  std::map<row, row const*> by_place;
  std::for_each(w.first, w.last, [&](row const& entry) {
    auto const& in = row_of(entry, *w.index);
    if (is_wanted(in, q)) by_place.emplace(place_of(in, q), &in);
  });
  bounded_rows out(q.limit());
  auto const is_full = [&](auto const& found) {
    if (!out.has_room()) return true;
    out.add(*found.second);
    return false;
  };
  if (q.order_direction() == direction::ascending) std::find_if(by_place.begin(), by_place.end(), is_full);
  else std::find_if(by_place.rbegin(), by_place.rend(), is_full);
  return std::move(out).take();
}

rows memory_table::read(query const& q) const {
  auto w = best_walk(q);
  if (q.after() && w.in_order) go_on_behind(w, q);
  if (w.empty()) return rows();
  return w.in_order ? in_order(w, q) : sorted(w, q);
}

rows memory_table::search(text_query const& q) const {
  return with_phrases(table_, q, [this](text_query const& asked) { return with_words(asked); });
}

rows memory_table::with_words(text_query const& q) const {
  bounded_rows out(q.limit());
  std::vector<std::set<value> const*> having;
  for (auto const& word : marked_words(q, table_)) {
    auto const found = words_.find(word);
    if (found == words_.end()) return std::move(out).take();
    having.push_back(&found->second);
  }
  if (having.empty()) return std::move(out).take();
  auto const& rarest = **std::ranges::min_element(having, {}, [](auto const* keys) { return keys->size(); });
  for (auto at = q.after() ? rarest.lower_bound(*q.after()) : rarest.end(); at != rarest.begin(); --at) {
    auto const& key = *std::prev(at);
    if (!std::ranges::all_of(having, [&](auto const* keys) { return keys->contains(key); })) continue;
    auto const& in = rows_.at(key);
    if (!all_hold(q.conditions(), table_, in)) continue;
    if (!out.has_room()) break;
    out.add(in);
  }
  return std::move(out).take();
}

}  // namespace sambung::detail
