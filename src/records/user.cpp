#include <sambung/records/user.hpp>

namespace sambung {

record_description describe_record(record_of<user>) {
  return record<user>("users")
      .system()
      .text(&user::email, 3, 254)
      .text(&user::name, 0, 200)
      .text(&user::image, 1, 65'536)
      .text(&user::external_id, 1, 200)
      .unique(&user::email)
      .unique(&user::external_id)
      .index(&user::state)
      .owned_by(&user::id)
      .announced_to(&user::id);
}

}  // namespace sambung
