#include <sambung/records/tenant.hpp>

namespace sambung {

record_description describe_record(record_of<tenant>) {
  return record<tenant>("tenants").system().text(&tenant::name, 1, 100).unique(&tenant::name).index(&tenant::state);
}

}  // namespace sambung
