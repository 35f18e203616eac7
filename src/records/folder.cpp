#include <sambung/records/folder.hpp>

namespace sambung {

record_description describe_record(record_of<folder>) {
  return record<folder>("folders")
      .text(&folder::name, 1, 400)
      .range(&folder::position, 0, 1'000'000'000)
      .unique(&folder::owner_id, &folder::kind, &folder::parent_id, &folder::name)
      .index(&folder::owner_id, &folder::kind, &folder::parent_id, &folder::position)
      .owned_by(&folder::owner_id)
      .announced_to(&folder::owner_id);
}

}  // namespace sambung
