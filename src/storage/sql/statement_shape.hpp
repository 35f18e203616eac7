// statement_shape: what the text of a statement depends on, so that a connection finds the one that it has prepared.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/batch.hpp>

#include <string>
#include <vector>

namespace sambung::sql {

// Statements of the same shape have the same text.
SAMBUNG_API std::string shape_of(query const& q);
SAMBUNG_API std::string shape_of(text_query const& q);
SAMBUNG_API std::string shape_of(change const& c);
SAMBUNG_API std::string shape_of_exists(std::string const& table);
SAMBUNG_API std::string shape_of_judgement(record_description const& table, std::vector<condition> const& conditions);

}  // namespace sambung::sql
