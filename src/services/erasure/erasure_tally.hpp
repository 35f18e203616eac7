// erasure_tally: counts what an erasure removes, table by table.
#pragma once

#include <sambung/services/erasure/erasure.hpp>

#include <algorithm>
#include <string_view>

namespace sambung {

class erasure_tally {
 public:
  // A table counts as looked at even if it had no rows.
  void add(std::string_view table, std::int64_t rows) {
    auto const known = std::ranges::find(report_.tables, table, &erased_table::table);
    if (known != report_.tables.end()) known->rows += rows;
    else report_.tables.push_back({std::string(table), rows});
  }

  erasure_report const& report() const { return report_; }

 private:
  erasure_report report_;
};

}  // namespace sambung
