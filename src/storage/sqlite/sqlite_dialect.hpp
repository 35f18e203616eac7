// What SQLite spells its own way: types, tables, literals and the full-text index.
//
// The words of a searchable table are in an FTS5 table without content of its own, kept by triggers in the same
// transaction: see sqlite_words.hpp. The tenant's mark in front of each makes the tenant filter part of the match, and
// the mark of a row's owner among them (owner_mark.hpp) a filter by owner.
#pragma once

#include "storage/sql/statement.hpp"

namespace sambung::sql {

class sqlite_dialect final : public dialect {
 public:
  std::string placeholder(std::size_t number) const override { return '?' + std::to_string(number); }
  std::string_view type_name(column_type type) const override;
};

// Whether the rows of a new table are in the tree of their key, so that a change touches one page less. Not those of a
// searchable one, whose full-text index refers to rows by number, and not long ones.
bool is_kept_by_key(record_description const& table);

// The table with every column. row_ is an alias of the rowid, which the full-text index refers to.
std::string create_table_text(record_description const& table);
std::string add_column_text(record_description const& table, field const& f, value const& initial);

std::string words_table(record_description const& table);
std::string words_trigger(record_description const& table, std::string_view when);  // insert, delete, update
std::string create_words_text(record_description const& table);
std::string page_words_text(record_description const& table);  // sets its page size, before it holds anything
// Whether the index has every row, or rows are left that sambung_unindexed tells.
enum class words_state { whole, partial };
std::string create_trigger_text(record_description const& table, std::string_view when, words_state how);
std::string made_words_text(record_description const& table);   // its number, and words, of row number ?1
std::string fill_words_text(record_description const& table);   // of row number ?1
std::string leave_words_text(record_description const& table);  // all rows of every tenant are left
std::string text_literal(std::string const& text);

// Selects the keys of limit + 1 hits.
std::string search_text(record_description const& table, text_query const& q);
// The FTS5 expression for all of `words` in one scope; every word is quoted, so none is an operator.
std::string match_expression(scope const& who, std::vector<std::string> const& words);

}  // namespace sambung::sql
