// random_operations: storage operations made from few values, so that rows meet each other often.
#pragma once

#include <sambung/storage/storage.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace sambung::testing {

// On the tables of probe_schema(). The same seed gives the same operations. Thread safety: none.
class random_operations {
 public:
  explicit random_operations(std::uint64_t seed);

  // True in so many percent of all cases.
  bool chance(int percent) { return static_cast<int>(below(100)) < percent; }

  scope any_scope();
  query any_query(scope const& who);
  text_query any_search(scope const& who);
  batch any_batch(scope const& who);

 private:
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(engine_() % end); }
  template <class T>
  T const& pick(std::vector<T> const& from) {
    return from[below(from.size())];
  }

  record_description const& table_of(scope const& who);
  value any_value(field const& f);
  std::string any_text();
  std::string any_letters(std::size_t most);
  row any_row(record_description const& table);
  std::string any_column(record_description const& table);
  condition any_condition(record_description const& table);
  std::vector<condition> any_conditions(record_description const& table);
  change any_change(scope const& who);
  std::vector<assignment> any_assignments(record_description const& table);
  std::vector<std::string> any_sums(record_description const& table);
  std::vector<std::string> index_of(record_description const& table);
  direction any_direction();
  query along(query q, record_description const& table, std::vector<std::string> columns);
  query wild(query q, record_description const& table);
  query behind(query q, record_description const& table);

  std::mt19937_64 engine_;
  schema_ref schema_;
};

}  // namespace sambung::testing
