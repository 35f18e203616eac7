#include <sambung/security/permissions.hpp>

namespace sambung {

// role x permission; what is not here is not allowed.
bool allows(member_role role, permission wanted) noexcept {
  switch (wanted) {
    case permission::none:
      return true;
    case permission::chat_read:
      return true;
    case permission::chat_write:
      return role != member_role::viewer;
    case permission::model_use:
      return role != member_role::viewer;
  }
  return false;
}

}  // namespace sambung
