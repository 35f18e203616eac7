#include <sambung/records/list_epoch.hpp>

namespace sambung {

record_description describe_record(record_of<list_epoch>) {
  return record<list_epoch>("list_epochs").text(&list_epoch::id, 1, 100);
}

}  // namespace sambung
