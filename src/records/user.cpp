#include <sambung/records/user.hpp>

namespace sambung {

record_description describe_record(record_of<user>) {
  return record<user>("users").system().text(&user::email, 3, 254).unique(&user::email);
}

}  // namespace sambung
