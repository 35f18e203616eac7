// What a PostgreSQL database says of the modules whose tables it has, and what the descriptions make of them.
#pragma once

#include <sambung/core/export.hpp>

#include "storage/postgres/postgres_connection.hpp"
#include "storage/words.hpp"

#include <string>
#include <vector>

namespace sambung::sql {

// The first column of every row.
std::vector<std::string> column_of(postgres_connection& connection, std::string const& statement);
// Of the first row; empty without one.
std::string scalar(postgres_connection& connection, std::string const& statement);

struct stored_module {
  int version = 0;  // 0: not there
  std::string checksum;
};

stored_module stored_module_of(postgres_connection& connection, std::string const& module);

// Whether a foreign key is there, and every row was compared with it.
bool has_reference(postgres_connection& connection, record_description const& t, reference const& r);

// What the words of a table's rows follow from: its columns, and the version of words.hpp.
SAMBUNG_API std::string words_print(record_description const& t, std::string const& language,
                                    int version = detail::words_version);

// Everything that makes a module's tables what they are.
std::string module_checksum(module_schema const& m, std::string const& language);

}  // namespace sambung::sql
