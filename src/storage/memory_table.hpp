// The rows of one table in one scope, as the memory backend keeps them: by key, in the order of every index, and by the
// words of what is searchable, with the marks of the rows' owners (owner_mark.hpp).
//
// A read walks a part of one index and judges each row by itself, by all that the query says. Which index and which
// part only decide how many rows are looked at, never which are given.
#pragma once

#include <sambung/storage/query.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace sambung::detail {

class memory_table {
 public:
  explicit memory_table(record_description const& table);

  std::map<value, row> const& all() const { return rows_; }
  row const* find(value const& key) const;

  // Whether a row with another key than `own` has the key or a unique value of `in`.
  bool is_taken(row const& in, value const* own) const;
  // In place of the row with its key, if there is one.
  void put(row in);
  void erase(value const& key);

  rows read(query const& q) const;
  rows search(text_query const& q) const;

 private:
  // Compares as many values as are given.
  struct beginning {
    row values;
  };
  struct by_values {
    using is_transparent = void;
    bool operator()(row const& a, row const& b) const { return a < b; }
    bool operator()(row const& a, beginning const& b) const;
    bool operator()(beginning const& a, row const& b) const;
  };
  // Of each row the values of its columns, the key among them.
  struct ordered_index {
    std::vector<std::string> columns;
    std::vector<std::size_t> positions;  // of the columns in a row
    std::size_t unique = 0;              // as many of the first columns are, together
    std::size_t key_at = 0;              // in an entry
    std::set<row, by_values> entries;
  };
  struct walk;

  void add_index(std::vector<std::string> columns, std::size_t unique);
  static row entry_of(row const& in, ordered_index const& i);
  row const& row_of(row const& entry, ordered_index const& i) const { return rows_.at(entry[i.key_at]); }

  walk walk_along(ordered_index const& i, query const& q) const;
  walk best_walk(query const& q) const;
  void go_on_behind(walk& w, query const& q) const;
  row place_of(row const& in, query const& q) const;
  bool is_wanted(row const& in, query const& q) const;
  rows in_order(walk const& w, query const& q) const;
  rows sorted(walk const& w, query const& q) const;
  rows with_words(text_query const& q) const;

  record_description table_;
  std::map<value, row> rows_;
  std::vector<ordered_index> indexes_;
  std::map<std::string, std::set<value>> words_;
};

}  // namespace sambung::detail
