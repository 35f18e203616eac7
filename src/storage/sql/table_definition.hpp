// table_definition: the pieces that statements which make tables and indexes consist of.
#pragma once

#include "storage/sql/dialect.hpp"

namespace sambung::sql {

// "title" TEXT NOT NULL; "tenant_id", "id"; the text of an index.
SAMBUNG_API std::string column_text(dialect const& d, field const& f);
SAMBUNG_API std::string key_list(record_description const& table);
SAMBUNG_API std::string create_index_text(record_description const& table, index const& i);

}  // namespace sambung::sql
