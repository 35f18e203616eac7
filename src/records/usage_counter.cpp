#include <sambung/records/usage_counter.hpp>

namespace sambung {

record_description describe_record(record_of<usage_counter>) {
  return record<usage_counter>("usage_counters")
      .index(&usage_counter::user_id, &usage_counter::day)
      .index(&usage_counter::day)
      .owned_by(&usage_counter::user_id)
      .not_announced("changes with every answer");
}

}  // namespace sambung
