// erasure_tally: counts what an erasure removes, and what it hands over, table by table.
#pragma once

#include <sambung/services/erasure/erasure.hpp>

#include <algorithm>
#include <string_view>

namespace sambung {

class erasure_tally {
 public:
  // A table counts as looked at even if it had no rows.
  void add(std::string_view table, std::int64_t rows) { add(report_.tables, table, rows); }

  void add_handed_over(std::string_view table, std::int64_t rows) { add(report_.handed_over, table, rows); }

  erasure_report const& report() const { return report_; }

 private:
  static void add(std::vector<erased_table>& to, std::string_view table, std::int64_t rows) {
    auto const known = std::ranges::find(to, table, &erased_table::table);
    if (known != to.end()) known->rows += rows;
    else to.push_back({std::string(table), rows});
  }

  erasure_report report_;
};

}  // namespace sambung
