// Full text in PostgreSQL: for each searchable column there is sambung_said_<column>, the words of its text
// (words.hpp), which every change writes along. A trigger puts them all into sambung_words, a tsvector, with the mark
// of the row's owner (owner_mark.hpp), in a tenant's table each behind a mark of the tenant, under a GIN index. It is
// no generated column: PostgreSQL would write every row again, and let nobody read meanwhile, when that changes.
// "@@" is not leakproof, so the planner would not use that index behind row-level security: a function of the owner
// searches, within the tenant of the same setting, and gives keys.
#pragma once

#include "storage/sql/statement.hpp"

namespace sambung::sql {

inline constexpr std::string_view words_column = "sambung_words";
inline constexpr std::string_view words_trigger_name = "sambung_make_words";

// The column of the words of a searchable one; the table with them behind its own; what is in it for a text.
std::string said_column(std::string const& column);
record_description with_said_columns(record_description table);
std::string said_in(record_description const& table, value const& text);

// The function that puts a mark in front of each word.
std::string marking_function_text();
// The columns and their index, whatever an earlier version or description left of them; no row is written for it. Of
// the columns of words that there are, which `said` names, those go that are no longer searched.
std::string search_columns_text(record_description const& table, std::vector<std::string> const& said);
// The index of the words puts nothing off: PostgreSQL would leave what is new on a list, which grows while a vacuum
// takes its time, until one write has to work through it and is ended by its time limit.
std::string words_index_name(record_description const& table);
std::string words_index_text(record_description const& table);
// What keeps sambung_words, and the function that searches it. `language` is a text search configuration.
std::string words_trigger_text(record_description const& table, std::string const& language);
std::string search_function(record_description const& table);
std::string search_function_text(record_description const& table, std::string const& language);
// `said` names the columns of words that there are.
std::string drop_search_text(record_description const& table, std::vector<std::string> const& said);

// Rows of the table by the keys that the search function finds.
std::string postgres_search_text(record_description const& table);

}  // namespace sambung::sql
