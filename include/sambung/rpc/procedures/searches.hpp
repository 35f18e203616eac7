// search.query: everything that the caller has, by the words in it.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/listing.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

SAMBUNG_API void search_procedures(procedure_registry& registry);  // search.query

struct search_query_input : search_request, list_input {};
SAMBUNG_DESCRIBE_STRUCT(search_query_input, (search_request, list_input), ())

struct search_query_output {
  std::vector<search_hit> items;
  std::optional<std::string> next_cursor;
  std::int64_t damaged = 0;  // as list_output's
  bool partial = false;      // see search_page
  std::optional<timestamp> indexed_since;
};
SAMBUNG_DESCRIBE_STRUCT(search_query_output, (), (items, next_cursor, damaged, partial, indexed_since))

}  // namespace sambung
