// batch_facts: what a batch changes of which somebody is to hear, and who that is: from the descriptions alone.
#pragma once

#include <sambung/broker/broker.hpp>
#include <sambung/services/events/events.hpp>
#include <sambung/storage/batch.hpp>
#include <sambung/storage/schema.hpp>
#include <sambung/storage/scope.hpp>

#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace sambung {

// One row of a batch.
struct batch_fact {
  desk_event what;
  std::set<topic> whom;  // never empty
};

// Thread safety: safe to use from any thread.
class SAMBUNG_API batch_facts {
 public:
  // More rows of one batch are not told one by one.
  static constexpr std::size_t most = 64;

  explicit batch_facts(schema_ref s);

  // In the order of the changes; a row that a batch changes twice is told once. What of a row its change does not carry
  // nobody knows here: then it is told the writer alone.
  std::vector<batch_fact> of(scope const& who, batch const& b) const;

  // Whether it changes a table of which anything is told.
  bool any_of(batch const& b) const;

 private:
  record_description const* told(std::string_view table) const;

  schema_ref schema_;  // keeps the descriptions
  std::map<std::string_view, record_description const*> told_;
};

}  // namespace sambung
