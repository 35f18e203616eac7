// error: (too few arguments to|no matching) function( for)?( call)?
// A role is given or looked up.
#include <sambung/security/principal.hpp>

namespace assumed_role {

sambung::principal who(sambung::tenant_id acme, sambung::user_id ada) {
#ifdef MENDED
  return sambung::principal::trusted(acme, ada, sambung::member_role::member);
#else
  return sambung::principal::trusted(acme, ada);
#endif
}

}  // namespace assumed_role
