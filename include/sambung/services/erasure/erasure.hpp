// What an erasure removed, what it left to others, and the proof that nothing is left.
#pragma once

#include <sambung/core/describe.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace sambung {

struct erased_table {
  std::string table;
  std::int64_t rows = 0;
};
SAMBUNG_DESCRIBE_STRUCT(erased_table, (), (table, rows))

// Every table that could hold rows of the erased one: each was read again at the end and found empty of them.
struct erasure_report {
  std::vector<erased_table> tables;
  // What the user had shared with a tenant and its eldest owner has now: prompts that its members read. Where a tenant
  // has no owner it went with the rest. Of a tenant's erasure empty.
  std::vector<erased_table> handed_over;
};
SAMBUNG_DESCRIBE_STRUCT(erasure_report, (), (tables, handed_over))

}  // namespace sambung
