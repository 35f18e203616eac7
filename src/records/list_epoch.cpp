#include <sambung/records/list_epoch.hpp>

namespace sambung {

record_description describe_record(record_of<list_epoch>) {
  return record<list_epoch>("list_epochs")
      .text(&list_epoch::id, 1, 100)
      .owned_by_key()
      .not_exported("counts the changes of a list that is exported itself")
      .not_announced("counts the changes of a list that are told themselves");
}

}  // namespace sambung
