#include <sambung/records/quota.hpp>

namespace sambung {

record_description describe_record(record_of<quota>) {
  return record<quota>("quotas")
      .text(&quota::id, 1, 100)
      .range(&quota::limit, 0, 1'000'000'000'000'000)
      .index(&quota::user_id)
      .owned_by(&quota::user_id)
      .announced_to(&quota::user_id);
}

}  // namespace sambung
