#include <sambung/records/security_epoch.hpp>

namespace sambung {

record_description describe_record(record_of<security_epoch>) {
  return record<security_epoch>("security_epochs")
      .system()
      .text(&security_epoch::id, 1, 100)
      .not_announced("counts what is told itself");
}

}  // namespace sambung
